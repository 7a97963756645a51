/** A random hall beside its tables: what the queue holds in memory and what the tables say is the same after each journal. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intentArbitrary, runModel } from '../../bench/queue/model.ts';
import { evolve } from '../../queue/evolve.ts';
import { emptyHall, type HallState } from '../../queue/state.ts';
import { MemoryHallStore } from '../worlds/memory-hall-store.ts';

async function compare(state: HallState, store: MemoryHallStore): Promise<void> {
  const open = await store.query(
    `SELECT ticket, service, class, leg, status, print, waiting_since, window, to_window, calls, copies FROM tickets
       WHERE status NOT IN ('done', 'closed', 'void', 'record') ORDER BY ticket`,
  );
  expect(open).toEqual(
    [...state.tickets.values()]
      .map((ticket) => ({
        ticket: ticket.id,
        service: ticket.service,
        class: ticket.class,
        leg: ticket.phase,
        status: ticket.stage,
        print: ticket.print,
        waiting_since: ticket.since,
        window: ticket.window,
        to_window: ticket.toWindow,
        calls: ticket.calls,
        copies: ticket.copies,
      }))
      .sort((a, b) => (a.ticket < b.ticket ? -1 : 1)),
  );
  const windows = await store.query('SELECT window, state, reason, role, clerk, ticket FROM windows ORDER BY window');
  expect(windows).toEqual(
    [...state.windows.values()]
      .map((window) => ({
        window: window.id,
        state: window.state,
        reason: window.pauseReason,
        role: window.role,
        clerk: window.clerk,
        ticket: window.call?.ticket ?? null,
      }))
      .sort((a, b) => (a.window < b.window ? -1 : 1)),
  );
  const matters = await store.query(
    `SELECT ticket, matter, state FROM ticket_matters JOIN tickets USING (ticket)
       WHERE status NOT IN ('done', 'closed', 'void', 'record') ORDER BY ticket, matter`,
  );
  expect(matters).toEqual(
    [...state.tickets.values()]
      .flatMap((ticket) => ticket.matters.map(({ matter, state }) => ({ ticket: ticket.id, matter, state })))
      .sort((a, b) => (`${a.ticket} ${a.matter}` < `${b.ticket} ${b.matter}` ? -1 : 1)),
  );
  const idsOf = async (sql: string) => (await store.query(sql)).map((row) => String(Object.values(row)[0])).sort();
  expect(await idsOf("SELECT appointment FROM appointments WHERE status = 'booked'")).toEqual(
    [...state.appointments.keys()].sort(),
  );
  expect(await idsOf('SELECT complaint FROM complaints WHERE settled_at IS NULL')).toEqual(
    [...state.complaints.keys()].sort(),
  );
  expect(await idsOf("SELECT serving FROM follow_ups WHERE step NOT IN ('settled', 'set-aside')")).toEqual(
    [...state.followUps.keys()].sort(),
  );
  for (const rating of state.ratings.values()) {
    const [row] = await store.query('SELECT level, reason, reasons FROM ratings WHERE serving = ?', [rating.serving]);
    if (rating.outcome === 'rated') {
      expect(row?.level).toBeTypeOf('number');
      expect(JSON.parse(String(row?.reasons ?? '[]'))).toEqual(rating.reasons);
    }
    if (rating.outcome === 'not-given') expect(row?.reason).toBeTypeOf('string');
    if (rating.outcome === 'armed') expect(row).toBeUndefined();
  }
}

/** Events between two comparisons: also in the middle of a command. */
const stride = 37;

test('the tables say what the queue holds, all along any journal', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(intentArbitrary, { minLength: 500, maxLength: 900, size: 'max' }), async (script) => {
      const { journal } = runModel(script, false);
      const store = new MemoryHallStore();
      await store.open();
      const state = emptyHall();
      for (let from = 0; from < journal.length; from += stride) {
        const events = journal.slice(from, from + stride);
        await store.commit({ events, applied: [], answers: [], marks: [] });
        for (const event of events) {
          evolve(state, event);
          seen.add(event.type);
        }
        await compare(state, store);
      }
      await store.close();
    }),
    { numRuns: 20, endOnFailure: true },
  );
  for (const type of ['TicketCalled', 'ServiceCompleted', 'TicketTransferred', 'TicketMissed', 'TicketVoided'])
    expect(seen).toContain(type);
});
