/** Windows open and close, clerks come and go. Asking for what is so already changes nothing and is no fault. */
import type { QueueEvent } from '../events.ts';
import type { Decision } from '../queue.ts';
import type { HallState, WindowState } from '../state.ts';
import { accept, type CommandOf, head, isDecision, refuse, windowFor } from './answer.ts';
import { releaseWindow } from './hall.ts';

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

function leave(state: HallState, window: WindowState, command: Parameters<typeof head>[0]): QueueEvent[] {
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
