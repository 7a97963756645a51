/** Windows open and close, clerks come and go. Asking for what is so already changes nothing and is no fault. */
import type { WindowRole, WindowRules } from '../../../devices/contract/hall.ts';
import type { ClerkId, ServiceId, WindowId } from '../../../devices/contract/terms.ts';
import { accept, head, isDecision, refuse, windowFor } from '../answer.ts';
import type { CommandHead, CommandOf, FromDevice } from '../commands.ts';
import type { EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import type { Decision } from '../queue.ts';
import type { HallState, WindowState } from '../state.ts';
import { releaseWindow } from './hall.ts';

declare module '../commands.ts' {
  interface CommandData {
    OpenWindow: FromDevice<'OpenWindow'>;
    CloseWindow: FromDevice<'CloseWindow'>;
    PauseWindow: FromDevice<'PauseWindow'>;
    ResumeWindow: FromDevice<'ResumeWindow'>;
    /** The hub has checked the PIN before, and it goes no further. */
    ClerkLogin: Pick<FromDevice<'ClerkLogin'>, 'window' | 'clerk'>;
    ClerkLogout: FromDevice<'ClerkLogout'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    WindowOpened: { readonly window: WindowId };
    WindowClosed: { readonly window: WindowId };
    WindowPaused: { readonly window: WindowId; readonly reason: string };
    WindowResumed: { readonly window: WindowId };
    WindowRoleChanged: {
      readonly window: WindowId;
      readonly role: WindowRole;
      readonly why: string;
      /** Accepted by whoever did it. */
      readonly proposal?: string;
    };
    WindowServesChanged: {
      readonly window: WindowId;
      readonly serves: WindowRules['serves'];
      readonly why: string;
      /** By the balancer, for this service, until it is needed no more. */
      readonly lends?: ServiceId;
      readonly proposal?: string;
    };
    ClerkLoggedIn: { readonly window: WindowId; readonly clerk: ClerkId };
    ClerkLoggedOut: { readonly window: WindowId; readonly clerk: ClerkId };
  }
}

export const windowCommands = {
  OpenWindow: { decide: openWindow },
  CloseWindow: { decide: closeWindow },
  PauseWindow: { decide: pauseWindow },
  ResumeWindow: { decide: resumeWindow },
  ClerkLogin: {
    fromDevice: ({ window, clerk }) => ({ window, clerk }),
    decide: clerkLogin,
  },
  ClerkLogout: { decide: clerkLogout },
} satisfies Partial<Handlers>;

export const windowChanges = {
  WindowOpened: changeWindow,
  WindowClosed: changeWindow,
  WindowPaused: changeWindow,
  WindowResumed: changeWindow,
  WindowRoleChanged: changeWindow,
  WindowServesChanged: changeWindow,
  ClerkLoggedIn: changeWindow,
  ClerkLoggedOut: changeWindow,
} satisfies Partial<Changes>;

export function openWindow(state: HallState, command: CommandOf<'OpenWindow'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (window.state === 'open') return accept();
  if (window.state === 'paused') return accept({ ...head(command), type: 'WindowResumed', window: window.id });
  // Where clerks have PINs, who served is always known.
  if (window.clerk === null && state.index.loginNeeded) {
    return refuse('login-first', 'a clerk logs in first: the window opens with it');
  }
  return accept({ ...head(command), type: 'WindowOpened', window: window.id });
}

export function closeWindow(state: HallState, command: CommandOf<'CloseWindow'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (window.state === 'closed') return accept();
  if (window.call !== null) return busy(state, window);
  return accept(...releaseWindow(state, window, head(command)), {
    ...head(command),
    type: 'WindowClosed',
    window: window.id,
  });
}

/** A visitor at the window is served to the end; no other is called. */
export function pauseWindow(state: HallState, command: CommandOf<'PauseWindow'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (window.state === 'paused') return accept();
  if (window.state === 'closed') return refuse('window-closed', 'the window is closed');
  return accept({ ...head(command), type: 'WindowPaused', window: window.id, reason: command.reason });
}

export function resumeWindow(state: HallState, command: CommandOf<'ResumeWindow'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (window.state === 'open') return accept();
  if (window.state === 'closed') return refuse('window-closed', 'the window is closed: open it');
  return accept({ ...head(command), type: 'WindowResumed', window: window.id });
}

/** Opens a closed window; a clerk who forgot another window is logged out there. */
export function clerkLogin(state: HallState, command: CommandOf<'ClerkLogin'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (!state.index.clerks.has(command.clerk)) return refuse('unknown-clerk', `there is no clerk "${command.clerk}"`);
  const events: QueueEvent[] = [];
  if (window.clerk !== command.clerk) {
    if (window.call !== null && window.clerk !== null) return busy(state, window);
    for (const other of state.windows.values()) {
      if (other.id === window.id || other.clerk !== command.clerk) continue;
      if (other.call !== null)
        return refuse('clerk-elsewhere', `this clerk is serving at window ${other.rules.number}`);
      events.push(...leave(state, other, command));
    }
    if (window.clerk !== null) {
      events.push({ ...head(command), type: 'ClerkLoggedOut', window: window.id, clerk: window.clerk });
    }
    events.push({ ...head(command), type: 'ClerkLoggedIn', window: window.id, clerk: command.clerk });
  }
  if (window.state === 'closed') events.push({ ...head(command), type: 'WindowOpened', window: window.id });
  return accept(...events);
}

export function clerkLogout(state: HallState, command: CommandOf<'ClerkLogout'>): Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (window.clerk === null) return accept();
  if (window.call !== null) return busy(state, window);
  return accept(...leave(state, window, command));
}

function leave(state: HallState, window: WindowState, command: CommandHead): QueueEvent[] {
  const events: QueueEvent[] = [];
  if (window.clerk !== null) {
    events.push({ ...head(command), type: 'ClerkLoggedOut', window: window.id, clerk: window.clerk });
  }
  if (window.state !== 'closed') {
    events.push(...releaseWindow(state, window, head(command)));
    events.push({ ...head(command), type: 'WindowClosed', window: window.id });
  }
  return events;
}

function busy(state: HallState, window: WindowState): Decision {
  const number = window.call === null ? undefined : state.tickets.get(window.call.ticket)?.number;
  return refuse('window-busy', `finish ${number ?? 'the visitor'} first: complete, miss, hold or transfer`);
}

export function changeWindow(
  state: HallState,
  event: EventOf<
    | 'WindowOpened'
    | 'WindowClosed'
    | 'WindowPaused'
    | 'WindowResumed'
    | 'WindowRoleChanged'
    | 'WindowServesChanged'
    | 'ClerkLoggedIn'
    | 'ClerkLoggedOut'
  >,
): void {
  const window = state.windows.get(event.window);
  if (window === undefined) return;
  window.rev += 1;
  window.freeSince = 0;
  windowsChanged(state);
  switch (event.type) {
    case 'WindowOpened':
    case 'WindowResumed':
      window.state = 'open';
      window.pauseReason = '';
      window.idleSince = event.at;
      state.learned.mostWindows = Math.max(state.learned.mostWindows, intakeAtWork(state));
      return;
    case 'WindowClosed':
      window.state = 'closed';
      window.pauseReason = '';
      return;
    case 'WindowPaused':
      window.state = 'paused';
      window.pauseReason = event.reason;
      return;
    case 'WindowRoleChanged':
      window.role = event.role;
      taskChanged(state, window.id, event.at);
      return;
    case 'WindowServesChanged':
      window.serves = event.serves;
      taskChanged(state, window.id, event.at);
      if (event.lends !== undefined) state.lent.set(window.id, event.lends);
      return;
    case 'ClerkLoggedIn':
      window.clerk = event.clerk;
      return;
    case 'ClerkLoggedOut':
      window.clerk = null;
      return;
  }
}

/** By whomever: the balancer waits, a loan is over, and a proposal was about windows as they were. */
function taskChanged(state: HallState, window: WindowId, at: number): void {
  state.balancedAt.set(window, at);
  state.lent.delete(window);
  state.proposal = null;
}

/** After the change has been made, or before: whoever asks next counts anew. */
function windowsChanged(state: HallState): void {
  state.windowsVersion += 1;
}

function intakeAtWork(state: HallState): number {
  let windows = 0;
  for (const window of state.windows.values()) if (window.role === 'intake' && window.state === 'open') windows += 1;
  return windows;
}
