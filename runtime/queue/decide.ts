/** What a command does to the hall as it is, or why it does nothing. Reads and never changes. */
import { refuse } from './answer.ts';
import type { CommandOf, QueueCommand, QueueCommandType } from './commands.ts';
import type { Handlers } from './handlers.ts';
import type { Decision } from './queue.ts';
import type { HallState } from './state.ts';
import { appointmentCommands } from './topics/appointment.ts';
import { asideCommands } from './topics/aside.ts';
import { balanceCommands } from './topics/balance.ts';
import { blocksCommands } from './topics/blocks.ts';
import { callCommands } from './topics/call.ts';
import { aboutTime, clockCommands } from './topics/clock.ts';
import { deskCommands } from './topics/desk.ts';
import { followUpCommands } from './topics/follow-up.ts';
import { hallCommands } from './topics/hall.ts';
import { issueCommands } from './topics/issue.ts';
import { printCommands } from './topics/print.ts';
import { rateCommands } from './topics/rate.ts';
import { serveCommands } from './topics/serve.ts';
import { superviseCommands } from './topics/supervise.ts';
import { windowCommands } from './topics/window.ts';

/** Every command of the queue, by type. */
export const handlers: Handlers = {
  ...hallCommands,
  ...clockCommands,
  ...issueCommands,
  ...printCommands,
  ...callCommands,
  ...asideCommands,
  ...serveCommands,
  ...rateCommands,
  ...followUpCommands,
  ...deskCommands,
  ...appointmentCommands,
  ...blocksCommands,
  ...windowCommands,
  ...superviseCommands,
  ...balanceCommands,
};

/** Whoever runs a hall sends `Tick` first when `dueAt(state) <= command.at`; `step` does both. */
export function decide(state: HallState, command: QueueCommand): Decision {
  if (!aboutTime.has(command.type)) {
    if (state.rules === null || state.day === null) return notOpen(state);
    if (command.at >= state.day.schedule.endsAt && state.clockDoubt === null)
      return refuse('day-over', 'the day has ended: a Tick comes first');
  }
  return decided(state, command);
}

function notOpen({ rules, clockDoubt }: HallState): Decision {
  if (rules === null || clockDoubt === null) return refuse('closed', 'the hall is not configured yet');
  return refuse(
    'clock-doubtful',
    'no day is open, and the clock of the hub is in doubt: check it, then "halld clock confirm"',
  );
}

/** One type parameter for the handler and its command: the union alone does not say that they belong together. */
function decided<T extends QueueCommandType>(state: HallState, command: CommandOf<T>): Decision {
  return handlers[command.type as T].decide(state, command);
}
