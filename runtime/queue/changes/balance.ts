/** What the balancer proposed, and what became of it. */
import type { HallState } from '../state.ts';
import type { EventOf } from './of.ts';

export function balanceChanged(state: HallState, event: EventOf<'BalanceProposed' | 'BalanceWithdrawn'>): void {
  if (event.type === 'BalanceProposed') {
    const { window, why, at, until, proposal: id } = event;
    const what = 'role' in event ? { role: event.role } : { serves: event.serves, ...lends(event) };
    state.proposal = { id, change: { window, why, ...what }, at, until };
    return;
  }
  // Nobody wanted it: the same is not said again before the pause.
  if (state.proposal !== null && event.reason !== 'not-needed') {
    state.balancedAt.set(state.proposal.change.window, event.at);
  }
  state.proposal = null;
}

function lends(event: { readonly lends?: string }) {
  return event.lends === undefined ? {} : { lends: event.lends };
}
