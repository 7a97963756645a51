/** What must hold in every hall after every event, and a hall as text: two that look alike are the same. */
import { numberOf } from '../../devices/contract/terms.ts';
import { overlap } from './blocks.ts';
import type { HallState, Ticket } from './state.ts';

/** What is wrong with a hall; empty is well. Walks everything: for tests and benches, not for a running hub. */
export function auditHall(state: HallState): string[] {
  const wrong: string[] = [];
  const places = new Map<string, string[]>();
  const found = (ticket: string, place: string): void => {
    const list = places.get(ticket);
    if (list === undefined) places.set(ticket, [place]);
    else list.push(place);
  };
  let inLanes = 0;
  for (const lane of state.lanes.values()) {
    let before: Ticket | undefined;
    let count = 0;
    for (const ticket of lane.tickets) {
      count += 1;
      found(ticket.id, 'lane');
      if (ticket.lane !== lane) wrong.push(`${ticket.id} does not know its lane`);
      if (before !== undefined && !before.front && !ticket.front && before.since > ticket.since) {
        wrong.push(`${ticket.id} stands behind ${before.id}, which came later`);
      }
      before = ticket;
    }
    if (count !== lane.tickets.size) wrong.push(`lane ${lane.key} counts ${lane.tickets.size}, holds ${count}`);
    inLanes += count;
  }
  if (inLanes !== state.waiting) wrong.push(`${state.waiting} waiting, ${inLanes} in lanes`);
  for (const window of state.windows.values()) {
    if (window.call !== null) {
      found(window.call.ticket, window.call.status);
      if (state.tickets.get(window.call.ticket)?.window !== window.id) wrong.push(`${window.id} calls a stranger`);
    }
    for (const ticket of window.held) {
      found(ticket, 'held');
      if (state.tickets.get(ticket)?.window !== window.id) wrong.push(`${window.id} holds a stranger`);
    }
    const armed = window.rating === null ? undefined : state.ratings.get(window.rating.serving);
    if (window.rating !== null && armed?.outcome !== 'armed')
      wrong.push(`${window.id} asks for a rating already given`);
  }
  const timers = new Set([...state.timers].map((timer) => `${timer.kind} ${timer.key}`));
  for (const ticket of state.tickets.values()) {
    const expected = ticket.stage === 'waiting' ? 'lane' : ticket.stage;
    const placed = ['lane', 'called', 'serving', 'held'].includes(expected) ? [expected] : [];
    const actual = places.get(ticket.id) ?? [];
    if (actual.join() !== placed.join()) wrong.push(`${ticket.id} is ${ticket.stage}, stands in [${actual.join()}]`);
    if (state.byNumber.get(ticket.number) !== ticket.id) wrong.push(`${ticket.number} names another ticket`);
    if (ticket.number !== numberOf(ticket.id)) wrong.push(`${ticket.id} bears ${ticket.number}`);
    if (state.printing.has(ticket.id) !== (ticket.stage === 'printing')) wrong.push(`${ticket.id}: printing`);
    if (timers.has(`print ${ticket.id}`) !== (ticket.print === 'pending')) wrong.push(`${ticket.id}: print timer`);
    if (timers.has(`return ${ticket.id}`) !== (ticket.stage === 'missed')) wrong.push(`${ticket.id}: return timer`);
    if (ticket.stage === 'review' && ticket.matters.every((each) => each.state === 'open' || each.state === 'done')) {
      wrong.push(`${ticket.id} is in review with nothing to review`);
    }
  }
  for (const leases of state.leases.values()) {
    for (const [index, lease] of leases.entries()) {
      const twice = leases.slice(index + 1).find((each) => overlap(each, lease));
      if (twice !== undefined) wrong.push(`${lease.lease} and ${twice.lease} share numbers`);
    }
  }
  if (state.byNumber.size !== state.tickets.size) wrong.push('a number without a ticket');
  for (const ticket of places.keys()) {
    if (!state.tickets.has(ticket as Ticket['id'])) wrong.push(`${ticket} has left and still stands in a place`);
  }
  for (const followUp of state.followUps.values()) {
    const due = timers.has(`follow-up ${followUp.serving}`);
    if (due === followUp.overdue) wrong.push(`${followUp.serving}: follow-up timer`);
  }
  for (const lane of state.lanes.values()) {
    let workMs = 0;
    for (const ticket of lane.tickets) workMs += ticket.workMs;
    if (workMs !== lane.workMs) wrong.push(`lane ${lane.key} expects ${lane.workMs} ms, its tickets ${workMs} ms`);
  }
  for (const rating of state.ratings.values()) {
    if (timers.has(`rating ${rating.serving}`) !== (rating.outcome === 'armed')) wrong.push(`${rating.serving}: timer`);
  }
  return wrong;
}

/** The whole state, in one order whatever the history: equal text, equal hall. */
export function hallAsText(state: HallState): string {
  const {
    rules,
    index: _index,
    lanes,
    lanesOfService: _byService,
    lanesOfWindow: _byWindow,
    timers,
    lastAt: _lastAt,
    ...rest
  } = state;
  const waiting = [...lanes.values()]
    .filter((lane) => lane.tickets.size > 0)
    .map((lane) => [lane.key, ...[...lane.tickets].map((ticket) => ticket.id)])
    .sort();
  return JSON.stringify({ rev: rules?.rev, standing: waiting, timers: [...timers], ...rest }, (key, value) => {
    if (key === 'lane') return (value as Ticket['lane'])?.key ?? null;
    if (value instanceof Map) return [...value];
    if (value instanceof Set) return [...value].sort();
    return value;
  });
}
