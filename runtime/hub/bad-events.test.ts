/** One bad event of one box never ends the hub: it is refused for the record, and the others go on (F25). On the real store. */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import type { TicketId } from '../../devices/contract/terms.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { StoredHub } from '../testing/worlds/stored-hub.ts';

const rules = { ...testHall, numbering: { ...testHall.numbering, blocks: { from: 500, to: 599, size: 10 } } };
const worlds: StoredHub[] = [];

async function world(...nodes: string[]): Promise<StoredHub> {
  return started(new StoredHub(rules), ...nodes);
}

async function started(made: StoredHub, ...nodes: string[]): Promise<StoredHub> {
  worlds.push(made);
  await made.start(...nodes);
  return made;
}

afterEach(async () => {
  for (const each of worlds.splice(0)) await each.close();
});

const minuteMs = 60_000;
const day = '2026-11-23';
/** In Asia/Shanghai. */
const beforeMidnightMs = Date.UTC(2026, 10, 23, 15, 59);
const issue = { service: 'social' };
const block = { lease: `A500-${day}`, service: 'social' };

/** One number given, printed and ended. */
async function endedTicket(hall: StoredHub): Promise<TicketId> {
  const box = await hall.box('k1');
  const answer = await box.send('IssueTicket', issue);
  const { ticket } = (answer?.result ?? { ticket: '' }) as { readonly ticket: TicketId };
  await box.send('TicketPrintFailed', { ticket, reason: 'jam' });
  expect(hall.state.tickets.has(ticket)).toBe(false);
  return ticket;
}

describe('an event that the journal cannot take', () => {
  test('a number from a block that was given and has ended today is refused, and the hub goes on', async () => {
    const hall = await world('k1', 'k2');
    const ticket = await endedTicket(hall);
    const k2 = await hall.box('k2');
    const refused = await k2.send('IssuedFromBlock', { ...block, commandId: 'press-0001', ticket });
    expect(refused?.error?.code).toBe('number-taken');
    expect((await k2.send('IssueTicket', issue))?.result).toMatchObject({ number: 'A002' });
    expect(hall.ended).toBeUndefined();
  });

  test('two kiosks that report the same number of yesterday: the second is refused, and the hub goes on', async () => {
    const hall = await started(new StoredHub(rules, {}, beforeMidnightMs), 'k1', 'k2');
    const [k1, k2] = [await hall.box('k1'), await hall.box('k2')];
    await hall.clock.advance(2 * minuteMs);
    expect(hall.state.day?.day).toBe('2026-11-24');
    const yesterday = { ...block, ticket: `${day}/A500` };
    expect((await k1.send('IssuedFromBlock', { ...yesterday, commandId: 'press-0001' }))?.ok).toBe(true);
    expect((await k2.send('IssuedFromBlock', { ...yesterday, commandId: 'press-0002' }))?.ok).toBe(false);
    expect((await k2.send('IssueTicket', issue))?.error?.code).toBe('not-yet-open');
    expect(hall.ended).toBeUndefined();
  });

  test('what the tables refuse is refused for the record; the rest of its group is kept, memory is as the disk', async () => {
    const hall = await world('k1', 'k2', 'k3');
    await endedTicket(hall);
    const ticket = `${day}/A500`;
    // A number that the tables have and the queue does not: whatever defect led there.
    new DatabaseSync(hall.file).exec(
      `INSERT INTO tickets (ticket, day, number, service, class, status, pressed_at, issued_at, issued_by, waiting_since)
         VALUES ('${ticket}', '${day}', 'A500', 'social', 'ordinary', 'done', 0, 0, 'device:k9', 0)`,
    );
    const [k1, k2, k3] = [await hall.box('k1'), await hall.box('k2'), await hall.box('k3')];
    const seq = hall.hub.loop.lastSeq;
    await Promise.all([
      k2.post('IssueTicket', issue, { seq: 1 }),
      k3.post('IssuedFromBlock', { ...block, commandId: 'press-0009', ticket }, { seq: 1 }),
      k1.post('IssueTicket', { service: 'company' }, { seq: 3 }),
    ]);
    await hall.clock.advance(50);
    expect(hall.ended).toBeUndefined();
    expect(k3.answers.get(1)?.error?.code).toBe('cannot-be-stored');
    expect(k2.answers.get(1)?.result).toMatchObject({ number: 'A002' });
    expect(k1.answers.get(3)?.result).toMatchObject({ number: 'B001' });
    expect(hall.hub.loop.counters).toMatchObject({ unstorable: 1 });
    expect(await hall.events('CommandRefused')).toMatchObject([
      { command: 'IssuedFromBlock', code: 'cannot-be-stored', by: { id: 'k3' } },
    ]);
    expect(hall.hub.loop.lastSeq).toBe(seq + 3);
    const inMemory = [...hall.state.tickets.keys()].sort();
    await hall.restart();
    expect([...hall.state.tickets.keys()].sort()).toEqual(inMemory);
    // The refusal is the event's answer for ever: it empties the row.
    await k3.send('IssuedFromBlock', { ...block, commandId: 'press-0009', ticket }, { seq: 1 });
    expect(k3.answers.get(1)?.error?.code).toBe('cannot-be-stored');
    expect((await k3.send('IssueTicket', issue))?.result).toMatchObject({ number: 'A003' });
  });

  test('a person’s act that cannot be stored is refused too', async () => {
    const hall = await world('k1');
    hall.store.commit = refusing(hall.store.commit.bind(hall.store), 'WindowOpened');
    const open = () => hall.run(hall.hub.submit('OpenWindow', { window: 'w1' }, { kind: 'supervisor', id: 'boss' }));
    expect((await open()).error?.code).toBe('cannot-be-stored');
    expect(hall.state.windows.get('w1')?.state).toBe('closed');
    expect(hall.ended).toBeUndefined();
  });
});

describe('command ids', () => {
  test('of a box, of another box and of a person are different spaces', async () => {
    const hall = await world('k1', 'k2');
    const [k1, k2] = [await hall.box('k1'), await hall.box('k2')];
    const id = 'the-same-id-0001';
    const desk = { kind: 'desk', id: 'desk' } as const;
    const byDesk = await hall.run(hall.hub.submit('IssueTicket', issue, desk, id));
    expect(byDesk.result).toMatchObject({ number: 'A001' });
    expect((await k1.send('IssueTicket', issue, { id }))?.result).toMatchObject({ number: 'A002' });
    expect((await k2.send('IssueTicket', issue, { id }))?.result).toMatchObject({ number: 'A003' });
    // Each gets its own answer again.
    expect((await hall.run(hall.hub.submit('IssueTicket', issue, desk, id))).result).toMatchObject({ number: 'A001' });
    expect((await k1.send('IssueTicket', issue, { id, seq: 1 }))?.result).toMatchObject({ number: 'A002' });
  });

  test('a box takes back its own ask alone', async () => {
    const hall = await world('k1', 'k2');
    const [k1, k2] = [await hall.box('k1'), await hall.box('k2')];
    await k1.send('IssueTicket', issue, { id: 'press-of-k1-1' });
    await k2.send('CancelIssue', { commandId: 'press-of-k1-1', reason: 'restart' });
    expect(hall.state.tickets.has(`${day}/A001`)).toBe(true);
    await k1.send('CancelIssue', { commandId: 'press-of-k1-1', reason: 'restart' });
    expect(hall.state.tickets.has(`${day}/A001`)).toBe(false);
  });
});

/** A store that takes everything but one type of event. */
function refusing(commit: StoredHub['store']['commit'], type: string): StoredHub['store']['commit'] {
  return async (batch) => {
    if (batch.events.some((event) => event.type === type)) {
      const { StoreError } = await import('../store/store-error.ts');
      throw new StoreError('conflict', 'the same identity was written twice');
    }
    return commit(batch);
  };
}
