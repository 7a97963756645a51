/** What every decision needs: the head of an event, a refusal, the window a command names. */
import type { CommandHead } from './commands.ts';
import type { QueueEvent } from './events.ts';
import type { Decision } from './queue.ts';
import type { CurrentCall, HallState, Ticket, WindowState } from './state.ts';

export function head(command: CommandHead) {
  return { at: command.at, happenedAt: command.happenedAt, by: command.by, commandId: command.id };
}

export function accept(...events: readonly QueueEvent[]): Decision {
  return { ok: true, events };
}

export function refuse(code: string, message: string): Decision {
  return { ok: false, refusal: { code, message }, events: [] };
}

/** A refusal that is the effect of the command: kept in the journal (F13, F18). */
export function refuseForTheRecord(
  command: CommandHead & { readonly type: string },
  code: string,
  message: string,
): Decision {
  return {
    ok: false,
    refusal: { code, message },
    events: [{ ...head(command), type: 'CommandRefused', command: command.type, code, message }],
  };
}

interface WindowCommand {
  readonly window: string;
  readonly windowRev?: number | undefined;
}

export function windowFor(state: HallState, command: WindowCommand): WindowState | Decision {
  return (
    state.windows.get(command.window) ?? refuse('unknown-window', `there is no window "${command.window}" in this hall`)
  );
}

export function isDecision(value: object): value is Decision {
  return 'ok' in value;
}

export interface AtWindow {
  readonly window: WindowState;
  readonly call: CurrentCall;
  readonly ticket: Ticket;
}

/**
 * The visitor a key is about. A key pressed at a sight from before this visitor's call meant somebody else: stale. Later
 * revisions of the same call do not matter, since a pad may send `Start` and `Complete` before it sees either.
 */
export function currentVisitor(
  state: HallState,
  command: CommandHead & WindowCommand & { readonly type: string },
): AtWindow | Decision {
  const window = windowFor(state, command);
  if (isDecision(window)) return window;
  const { call } = window;
  const ticket = call === null ? undefined : state.tickets.get(call.ticket);
  if (call === null || ticket === undefined) return refuse('nobody-called', 'no visitor is called at this window');
  if (command.windowRev !== undefined && command.windowRev < call.rev) {
    return refuseForTheRecord(command, 'stale', 'the window has called another visitor since: look and press again');
  }
  return { window, call, ticket };
}
