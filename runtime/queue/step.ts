/** One command against a hall in memory: what was due happens first, then the command, then both take effect. */
import type { QueueCommand } from './commands.ts';
import { decide } from './decide.ts';
import type { QueueEvent } from './events.ts';
import { evolve } from './evolve.ts';
import type { Decision } from './queue.ts';
import type { HallState } from './state.ts';
import { dueAt } from './timers.ts';
import { aboutTime } from './topics/clock.ts';

export interface Step {
  readonly decision: Decision;
  /** All that goes to the journal, in order: what was due, then the command's own. */
  readonly events: readonly QueueEvent[];
}

/** `state` has changed when this returns. */
export function step(state: HallState, command: QueueCommand): Step {
  const events: QueueEvent[] = [];
  const take = (decision: Decision): Decision => {
    for (const event of decision.events) {
      evolve(state, event);
      events.push(event);
    }
    return decision;
  };
  if (!aboutTime.has(command.type)) {
    const due = dueAt(state);
    if (due !== null && due <= command.at) {
      const { at } = command;
      take(
        decide(state, { type: 'Tick', id: `tick-${command.id}`, at, happenedAt: at, by: { kind: 'hub', id: 'tick' } }),
      );
    }
  }
  const decision = take(decide(state, command));
  return { decision, events };
}
