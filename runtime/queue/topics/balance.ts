/** What the balancer would change: done at once, or proposed to a supervisor who accepts or declines it. */
import type { Instant } from '../../../devices/contract/terms.ts';
import { accept, head, refuse } from '../answer.ts';
import { balance } from '../balancer.ts';
import type { CommandOf, FromPerson } from '../commands.ts';
import type { BalanceChange, EventOf, QueueEvent } from '../events.ts';
import type { Changes, Handlers } from '../handlers.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';

declare module '../commands.ts' {
  interface CommandData {
    /** Checks whether a window should change its task; does or proposes it as the rules say. */
    Balance: unknown;
    AcceptBalance: FromPerson<'AcceptBalance'>;
    DeclineBalance: FromPerson<'DeclineBalance'>;
  }
}

declare module '../events.ts' {
  interface EventData {
    BalanceProposed: BalanceChange & { readonly proposal: string; readonly until: Instant };
    BalanceWithdrawn: {
      readonly proposal: string;
      readonly reason: 'not-needed' | 'expired' | 'declined';
      readonly why?: string;
    };
  }
}

export const balanceCommands = {
  Balance: { decide: balanceWindows },
  AcceptBalance: { decide: answerBalance },
  DeclineBalance: { decide: answerBalance },
} satisfies Partial<Handlers>;

export const balanceChanges = {
  BalanceProposed: proposed,
  BalanceWithdrawn: withdrawn,
} satisfies Partial<Changes>;

/** Each minute, by the hub. */
export function balanceWindows(state: HallState, command: CommandOf<'Balance'>): Decision {
  const { proposal } = state;
  const rules = state.rules?.balancing;
  const wanted = balance(state, command.at);
  const events: QueueEvent[] = [];
  if (proposal !== null) {
    const expired = command.at >= proposal.until;
    if (wanted !== undefined && !expired && sameChange(proposal.change, wanted)) return accept();
    const reason = expired ? 'expired' : 'not-needed';
    events.push({ ...head(command), type: 'BalanceWithdrawn', proposal: proposal.id, reason });
    // Nobody wanted it: not said again before the pause.
    if (expired) return accept(...events);
  }
  if (wanted === undefined || rules === undefined) return accept(...events);
  if (rules.mode === 'act') return accept(...events, changeOf(command, wanted, undefined));
  const until = command.at + rules.proposalLifeMs;
  return accept(...events, { ...head(command), type: 'BalanceProposed', proposal: command.id, ...wanted, until });
}

export function answerBalance(state: HallState, command: CommandOf<'AcceptBalance' | 'DeclineBalance'>): Decision {
  if (command.by.kind !== 'supervisor') return refuse('supervisor-only', 'only a supervisor may do this');
  const { proposal } = state;
  if (proposal === null || proposal.id !== command.proposal) {
    return refuse('no-proposal', 'this proposal is open no more: the hall has changed since');
  }
  if (command.type === 'DeclineBalance') {
    const base = { ...head(command), proposal: proposal.id };
    return accept({ ...base, type: 'BalanceWithdrawn', reason: 'declined', why: command.why });
  }
  return accept(changeOf(command, proposal.change, proposal.id));
}

function changeOf(
  command: CommandOf<'Balance' | 'AcceptBalance'>,
  change: BalanceChange,
  proposal: string | undefined,
): QueueEvent {
  const base = { ...head(command), ...change, ...(proposal === undefined ? {} : { proposal }) };
  return 'role' in base ? { ...base, type: 'WindowRoleChanged' } : { ...base, type: 'WindowServesChanged' };
}

function sameChange(a: BalanceChange, b: BalanceChange): boolean {
  const { why: _a, ...first } = a;
  const { why: _b, ...second } = b;
  return JSON.stringify(first) === JSON.stringify(second);
}

function proposed(state: HallState, event: EventOf<'BalanceProposed'>): void {
  const { window, why, at, until, proposal: id } = event;
  const what = 'role' in event ? { role: event.role } : { serves: event.serves, ...lends(event) };
  state.proposal = { id, change: { window, why, ...what }, at, until };
}

function withdrawn(state: HallState, event: EventOf<'BalanceWithdrawn'>): void {
  // Nobody wanted it: the same is not proposed again before the pause.
  if (state.proposal !== null && event.reason !== 'not-needed') {
    state.balancedAt.set(state.proposal.change.window, event.at);
  }
  state.proposal = null;
}

function lends(event: { readonly lends?: string }) {
  return event.lends === undefined ? {} : { lends: event.lends };
}
