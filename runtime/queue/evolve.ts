/** One event changes the hall. No decisions here: whatever is in the journal happened. */
import type { EventOf, QueueEvent, QueueEventType } from './events.ts';
import { type Changes, recordOnly } from './handlers.ts';
import type { HallState } from './state.ts';
import { appointmentChanges } from './topics/appointment.ts';
import { asideChanges } from './topics/aside.ts';
import { balanceChanges } from './topics/balance.ts';
import { blocksChanges } from './topics/blocks.ts';
import { callChanges } from './topics/call.ts';
import { clockChanges } from './topics/clock.ts';
import { deskChanges } from './topics/desk.ts';
import { followUpChanges } from './topics/follow-up.ts';
import { hallChanges } from './topics/hall.ts';
import { issueChanges } from './topics/issue.ts';
import { printChanges } from './topics/print.ts';
import { rateChanges } from './topics/rate.ts';
import { serveChanges } from './topics/serve.ts';
import { superviseChanges } from './topics/supervise.ts';
import { windowChanges } from './topics/window.ts';

const changes: Changes = {
  ...hallChanges,
  ...clockChanges,
  ...issueChanges,
  ...printChanges,
  ...callChanges,
  ...asideChanges,
  ...serveChanges,
  ...rateChanges,
  ...followUpChanges,
  ...deskChanges,
  ...appointmentChanges,
  ...blocksChanges,
  ...windowChanges,
  ...superviseChanges,
  ...balanceChanges,
  CommandRefused: recordOnly,
};

/** Changes `state` and returns it. A type that this program does not know, of a later journal, changes nothing. */
export function evolve(state: HallState, event: QueueEvent): HallState {
  state.lastAt = event.at;
  if (Object.hasOwn(changes, event.type)) change(state, event);
  return state;
}

function change<T extends QueueEventType>(state: HallState, event: EventOf<T>): void {
  changes[event.type as T](state, event);
}
