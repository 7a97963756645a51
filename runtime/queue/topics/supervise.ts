/** What a supervisor may change in the whole hall; each act bears its reason in the journal. */
import { accept, head, isDecision, refuse, windowFor } from '../answer.ts';
import type { CommandData, CommandOf, FromPerson, QueueCommand } from '../commands.ts';
import { type Changes, type Handlers, recordOnly } from '../handlers.ts';
import { changeInPlace, moveTicket } from '../places.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { emptyWindow } from './hall.ts';

declare module '../commands.ts' {
  interface CommandData {
    SetWindowRole: FromPerson<'SetWindowRole'>;
    SetWindowServices: FromPerson<'SetWindowServices'>;
    MoveTicket: FromPerson<'MoveTicket'>;
    ChangeClass: FromPerson<'ChangeClass'>;
    /** A window that nobody can finish: its visitor queues again with his credit, its held tickets can be called at any window; it closes. */
    FreeWindow: FromPerson<'FreeWindow'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    TicketMoved: CommandData['MoveTicket'];
    TicketClassChanged: CommandData['ChangeClass'];
    WindowFreed: CommandData['FreeWindow'];
  }
}

export const superviseCommands = {
  SetWindowRole: { decide: setWindowRole },
  SetWindowServices: { decide: setWindowServices },
  MoveTicket: { decide: move },
  ChangeClass: { decide: changeClass },
  FreeWindow: { decide: freeWindow },
} satisfies Partial<Handlers>;

export const superviseChanges = {
  TicketMoved: moveTicket,
  TicketClassChanged: (state, event) =>
    changeInPlace(state, event.ticket, (ticket) => {
      ticket.class = event.class;
    }),
  WindowFreed: recordOnly,
} satisfies Partial<Changes>;

function mayNot(command: QueueCommand, ...kinds: readonly QueueCommand['by']['kind'][]): Decision | undefined {
  return kinds.includes(command.by.kind) ? undefined : refuse('supervisor-only', 'only a supervisor may do this');
}

/** Takes effect with the next call; whoever is at the window is served to the end. */
export function setWindowRole(state: HallState, command: CommandOf<'SetWindowRole'>): Decision {
  const denied = mayNot(command, 'supervisor', 'hub');
  if (denied !== undefined) return denied;
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (window.role === command.role) return accept();
  return accept({
    ...head(command),
    type: 'WindowRoleChanged',
    window: window.id,
    role: command.role,
    why: command.why,
  });
}

export function setWindowServices(state: HallState, command: CommandOf<'SetWindowServices'>): Decision {
  const denied = mayNot(command, 'supervisor', 'hub');
  if (denied !== undefined) return denied;
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  if (command.serves !== 'all') {
    const unknown = command.serves.find((each) => !state.index.services.has(each.service));
    if (unknown !== undefined) return refuse('unknown-service', `there is no service "${unknown.service}"`);
    if (command.serves.length === 0) return refuse('serves-nothing', 'a window serves something: close it instead');
  }
  return accept({
    ...head(command),
    type: 'WindowServesChanged',
    window: window.id,
    serves: command.serves,
    why: command.why,
  });
}

export function move(state: HallState, command: CommandOf<'MoveTicket'>): Decision {
  const denied = mayNot(command, 'supervisor');
  if (denied !== undefined) return denied;
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  if (!['waiting', 'parked', 'held', 'missed'].includes(ticket.stage)) {
    return refuse('not-movable', `${ticket.number} is ${ticket.stage}`);
  }
  const { to } = command;
  if ('window' in to) {
    const target = state.windows.get(to.window);
    if (target === undefined) return refuse('unknown-window', `there is no window "${to.window}"`);
    if (target.state === 'closed') return refuse('window-closed', `window ${target.rules.number} is closed`);
  } else if (!state.index.services.has(to.service)) {
    return refuse('unknown-service', `there is no service "${to.service}"`);
  }
  return accept({
    ...head(command),
    type: 'TicketMoved',
    ticket: ticket.id,
    to,
    place: command.place,
    why: command.why,
  });
}

/** The desk sees who is old or ill; it needs no supervisor for that. */
export function changeClass(state: HallState, command: CommandOf<'ChangeClass'>): Decision {
  const denied = mayNot(command, 'supervisor', 'desk');
  if (denied !== undefined) return denied;
  const ticket = state.tickets.get(command.ticket);
  if (ticket === undefined) return refuse('unknown-ticket', `${command.ticket} is not open`);
  if (ticket.class === command.class) return accept();
  return accept({
    ...head(command),
    type: 'TicketClassChanged',
    ticket: ticket.id,
    class: command.class,
    why: command.why,
  });
}

export function freeWindow(state: HallState, command: CommandOf<'FreeWindow'>): Decision {
  const denied = mayNot(command, 'supervisor');
  if (denied !== undefined) return denied;
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  return accept(
    { ...head(command), type: 'WindowFreed', window: window.id, why: command.why },
    ...emptyWindow(state, window, head(command)),
  );
}
