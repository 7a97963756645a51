/** People at the hub's desk: every role held to its asks, private words outside the journal, papers ordered at a printer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { evtSchemas } from '../../devices/contract/messages.ts';
import { type PersonType, personRoleNames, personRoles, personSchemas } from '../../devices/contract/people.ts';
import { peopleSamples } from '../../devices/contract/people-samples.ts';
import type { NodeCmd } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import { silentLog } from '../../drivers/log.ts';
import { seededRandom } from '../../drivers/random.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { PrivateStore } from '../store/private-store.ts';
import type { StoredAnswer } from '../store/store.ts';
import { LocalBroker } from '../testing/worlds/local-broker.ts';
import { LocalBus } from '../testing/worlds/local-bus.ts';
import { MemoryHallDisk, MemoryHallStore } from '../testing/worlds/memory-hall-store.ts';
import { Hub } from './hub.ts';

/** A Monday morning with the hall open. */
const mondayMs = Date.UTC(2026, 10, 23, 2, 0);
const hourMs = 3_600_000;
/** The hub beats every second: each hour of virtual time costs thousands of turns. */
const contactsMs = 10 * 60_000;
const textsMs = 20 * 60_000;
const phone = '13900000001';
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Role = (typeof personRoleNames)[number];

class Desk {
  readonly clock = new VirtualClock(mondayMs);
  readonly broker = new LocalBroker({ clock: this.clock, random: seededRandom(7) });
  readonly disk = new MemoryHallDisk();
  readonly box = new LocalBus(this.broker, 'k1');
  readonly orders: NodeCmd[] = [];
  readonly secrets: PrivateStore;
  readonly hub: Hub;
  #next = 1;

  constructor(key: Uint8Array | null = Buffer.alloc(32, 3)) {
    const folder = mkdtempSync(join(tmpdir(), 'halld-people-'));
    folders.push(folder);
    this.secrets = new PrivateStore({ file: join(folder, 'private.sqlite'), key: key ?? undefined });
    this.hub = new Hub(
      { clock: this.clock, random: seededRandom(11), log: silentLog },
      {
        hubId: 'hub',
        rules: testHall,
        store: new MemoryHallStore(this.disk),
        secrets: { store: this.secrets, contactsMs, textsMs },
        bus: new LocalBus(this.broker, 'hub'),
        onFatal: () => {},
      },
    );
  }

  /** The box answers each order as told, or not at all. */
  async start(answer: (order: NodeCmd) => object | undefined = () => undefined): Promise<this> {
    await this.run(this.hub.start());
    this.box.start({
      up: () => {
        void this.box.subscribe(topics.nodeCmd(testHall.hall, 'k1'), ({ payload }) => {
          const order = JSON.parse(Buffer.from(payload).toString()) as NodeCmd;
          this.orders.push(order);
          const said = answer(order);
          if (said === undefined) return;
          const res = JSON.stringify({ v: 1, corr: order.corr, node: 'k1', ...said });
          void this.box.publish(topics.nodeRes(testHall.hall, 'k1'), res);
        });
      },
    });
    await this.clock.advance(100);
    return this;
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (let i = 0; i < 1_000 && !done; i++) await this.clock.advance(20);
    return settled;
  }

  ask(type: string, data: unknown, kind: Role = 'desk', id = `ask-${String(this.#next++).padStart(6, '0')}`) {
    return this.run(this.hub.submit(type, data, { kind, id: kind }, id));
  }

  ticket(id: string) {
    return this.hub.loop.state.tickets.get(id as never);
  }
}

const number = (answer: StoredAnswer) => (answer.result as { ticket: string }).ticket;
const issue = { service: 'social', matters: ['pension'] };
function sampleOf(type: string): unknown {
  const [sample] = peopleSamples[`ask.${type}`]?.valid ?? [];
  return (sample as { data: unknown }).data;
}
const printAt = { node: 'k1', device: 'k1' };

test('every ask of the contract is the hub’s to answer, for its roles alone', async () => {
  const desk = await new Desk().start();
  for (const type of Object.keys(personSchemas) as PersonType[]) {
    const data = sampleOf(type);
    for (const kind of personRoleNames) {
      const { ok, error } = await desk.ask(type, data, kind);
      const may = personRoles(type).includes(kind);
      expect([type, kind, ok || error?.code !== 'role']).toEqual([type, kind, may]);
      // The samples name other windows and tickets: refused by the queue in its own words, never for their shape.
      if (may) expect([type, error?.code]).not.toEqual([type, 'bad-data']);
      if (may) expect([type, error?.code]).not.toEqual([type, 'unknown-type']);
    }
  }
});

test('what only a device can say, no person can; what only a person may ask, no box can', async () => {
  const desk = await new Desk().start();
  for (const type of Object.keys(evtSchemas).filter((each) => !Object.hasOwn(personSchemas, each))) {
    expect([type, (await desk.ask(type, {}, 'supervisor')).error?.code]).toEqual([type, 'unknown-type']);
  }
  const acks: unknown[] = [];
  await desk.run(
    desk.box.subscribe(topics.nodeAck(testHall.hall, 'k1'), ({ payload }) =>
      acks.push(...JSON.parse(Buffer.from(payload).toString()).answers),
    ),
  );
  const people = Object.keys(personSchemas).filter((type) => !Object.hasOwn(evtSchemas, type));
  expect(people.length).toBeGreaterThan(15);
  const before = desk.disk.journal.length;
  for (const [index, type] of people.entries()) {
    const envelope = {
      v: 1,
      id: `rogue-${String(index).padStart(6, '0')}`,
      type,
      node: 'k1',
      stream: '11111111-2222-4333-8444-555555555555',
      seq: index + 1,
      at: new Date(mondayMs).toISOString(),
      data: sampleOf(type),
    };
    await desk.run(desk.box.publish(topics.nodeEvt(testHall.hall, 'k1'), JSON.stringify(envelope)));
    await desk.clock.advance(20);
  }
  expect(acks).toHaveLength(people.length);
  expect(new Set(acks.map((each) => (each as { error: { code: string } }).error.code))).toEqual(
    new Set(['unknown-type']),
  );
  expect(desk.disk.journal).toHaveLength(before);
});

test('a number given by hand may be called at once; nobody pretends to know of its paper', async () => {
  const desk = await new Desk().start();
  const given = await desk.ask('IssueTicket', issue);
  expect(desk.ticket(number(given))).toMatchObject({ stage: 'waiting', print: 'unknown' });
  expect(desk.disk.journal.join('\n')).toContain('given-by-hand');
});

test('a number printed at a kiosk waits for the printer’s word, and a repeat of the ask orders nothing twice', async () => {
  const desk = await new Desk().start(() => ({ ok: true, result: { verdict: 'printed' } }));
  const given = await desk.ask('IssueTicket', { ...issue, print_at: printAt }, 'desk', 'ask-print-1');
  expect(given.result).toMatchObject({ number: 'A001', paper: { verdict: 'printed' } });
  const [order] = desk.orders;
  expect(order).toMatchObject({ type: 'ticket.print', device: 'k1', data: { copy: 1, matters: ['pension'] } });
  // The kiosk itself says over `evt` that the paper came; the hub believes nobody else.
  expect(desk.ticket(number(given))?.stage).toBe('printing');
  const again = await desk.ask('IssueTicket', { ...issue, print_at: printAt }, 'desk', 'ask-print-1');
  expect(again.result).toEqual(given.result);
  expect(new Set(desk.orders.map(({ id }) => id)).size).toBe(1);
});

test('a printer that refuses leaves the number to be printed elsewhere, or to be given by hand', async () => {
  const desk = await new Desk().start(() => ({ ok: false, error: { code: 'paper-out', message: 'no paper' } }));
  const given = await desk.ask('IssueTicket', { ...issue, print_at: printAt });
  const ticket = number(given);
  expect(given.result).toMatchObject({ paper: { verdict: 'refused', reason: 'paper-out' } });
  expect((await desk.ask('PrintTicket', { ticket, print_at: printAt })).result).toMatchObject({
    paper: { verdict: 'refused' },
  });
  expect((await desk.ask('HandTicket', { ticket })).ok).toBe(true);
  expect(desk.ticket(ticket)).toMatchObject({ stage: 'waiting', print: 'unknown' });
  expect((await desk.ask('PrintTicket', { ticket, print_at: printAt })).error?.code).toBe('has-paper');
});

test('a kiosk that a visitor uses is asked again while the order lives, and prints when it is free', async () => {
  let times = 0;
  const busy = { ok: false, error: { code: 'busy', message: 'a visitor is here' } };
  const desk = await new Desk().start(() => {
    times += 1;
    return times < 4 ? busy : { ok: true, result: { verdict: 'printed' } };
  });
  const given = await desk.ask('IssueTicket', { ...issue, print_at: printAt });
  expect(given.result).toMatchObject({ paper: { verdict: 'printed' } });
  expect(times).toBe(4);
  times = -100;
  const never = await desk.ask('IssueTicket', { ...issue, print_at: printAt });
  expect(never.result).toMatchObject({ paper: { verdict: 'refused', reason: 'busy' } });
});

test('a box that is away answers nothing: the order dies, and the desk is told where to look', async () => {
  const desk = await new Desk().start(() => undefined);
  const given = await desk.ask('IssueTicket', { ...issue, print_at: printAt });
  expect(given.result).toMatchObject({ paper: { verdict: 'refused', reason: 'no-answer' } });
  const sent = desk.orders.length;
  expect(sent).toBeGreaterThan(2);
  await desk.clock.advance(20_000);
  expect(desk.orders).toHaveLength(sent);
  expect(desk.hub.allCounters()).toMatchObject({ orders: 1, ordersUnanswered: 1 });
});

test('a reprint is a counted copy that says so', async () => {
  const desk = await new Desk().start(() => ({ ok: true, result: { verdict: 'printed' } }));
  const ticket = number(await desk.ask('IssueTicket', issue));
  const copy = await desk.ask('ReprintTicket', { ticket, reason: '纸张遗失', print_at: printAt });
  expect(copy.result).toMatchObject({ copy: 2, paper: { verdict: 'printed' } });
  expect(desk.orders[0]?.data).toMatchObject({ copy: 2, result: { number: 'A001' } });
});

test('a complaint’s words and a telephone number are in no journal, answer or view, and go after their time', async () => {
  const desk = await new Desk().start();
  const heard: string[] = [];
  const ear = new LocalBus(desk.broker, 'ear');
  ear.start({ up: () => void ear.subscribe('#', ({ payload }) => heard.push(Buffer.from(payload).toString())) });
  await desk.clock.advance(100);
  const words = '窗口人员态度不好';
  const ticket = number(await desk.ask('IssueTicket', { ...issue, phone: '139 0000 0001' }));
  const complaint = await desk.ask('RecordComplaint', { ticket, kind: 'complaint', text: words });
  const { complaint: code } = complaint.result as { complaint: string };
  const settled = await desk.ask(
    'SettleComplaint',
    { complaint: code, outcome: 'explained', text: `已致电 ${phone}` },
    'supervisor',
  );
  expect(settled.ok).toBe(true);
  expect(desk.hub.privateText(`complaint/${code}`)).toBe(words);
  expect(desk.hub.privateText(`answer/${code}`)).toContain(phone);
  expect(desk.hub.privateText(`contact/${ticket}`)).toBe(phone);
  const everything = [desk.disk.journal, heard, [...desk.disk.answers.values()].map(({ text }) => text)]
    .flat()
    .join('\n');
  expect(everything).toContain(`complaint/${code}`);
  for (const secret of [phone, '139 0000 0001', words]) expect(everything).not.toContain(secret);

  // The visitor has gone: the number is erased with the next minute, the words stay for the answer.
  await desk.ask('VoidTicket', { ticket, reason: '已离开' });
  await desk.clock.advance(61_000);
  expect(desk.hub.privateText(`contact/${ticket}`)).toBeUndefined();
  expect(desk.hub.privateText(`complaint/${code}`)).toBe(words);
  await desk.clock.advance(textsMs / 2);
  expect(desk.hub.privateText(`answer/${code}`)).toContain(phone);
  await desk.clock.advance(textsMs / 2);
  expect(desk.secrets.count()).toBe(0);
});

test('a refused ask keeps no words, a repeat keeps the first, and anybody’s words go at their wish', async () => {
  const desk = await new Desk().start();
  const refused = await desk.ask(
    'SettleComplaint',
    { complaint: 'NOSUCHCC', outcome: 'explained', text: 'x' },
    'supervisor',
  );
  expect(refused.error?.code).toBe('unknown-complaint');
  expect(desk.secrets.count()).toBe(0);
  const said = { ticket: null, kind: 'suggestion' };
  const first = await desk.ask('RecordComplaint', { ...said, text: 'one' }, 'desk', 'ask-complaint-1');
  const again = await desk.ask('RecordComplaint', { ...said, text: 'two' }, 'desk', 'ask-complaint-1');
  expect(again).toEqual(first);
  const reference = `complaint/${(first.result as { complaint: string }).complaint}`;
  expect(desk.hub.privateText(reference)).toBe('one');
  expect((await desk.ask('ErasePrivate', { reference }, 'desk')).error?.code).toBe('role');
  expect((await desk.ask('ErasePrivate', { reference }, 'supervisor')).result).toEqual({ erased: 1 });
  expect(desk.hub.privateText(reference)).toBeUndefined();
});

test('a hall without a key takes no words and no numbers, and says what to configure', async () => {
  const desk = await new Desk(null).start();
  const complaint = await desk.ask('RecordComplaint', { kind: 'complaint', text: 'x' });
  expect(complaint.error).toMatchObject({ code: 'no-key', message: expect.stringContaining('key_file') });
  const given = await desk.ask('IssueTicket', { ...issue, phone });
  // The number is given all the same; only the message is not.
  expect(given).toMatchObject({ ok: true, result: { contact: { code: 'no-key' } } });
});

test('a telephone number in a reason is refused before it is kept for ever', async () => {
  const desk = await new Desk().start();
  const { error } = await desk.ask('FreeWindow', { window: 'w1', why: 'call 139 0000 0001' }, 'supervisor');
  expect(error).toMatchObject({ code: 'bad-data', message: expect.stringContaining('telephone') });
});

test('an appointment gets a code to bring; checking in gives its number', async () => {
  const desk = await new Desk().start();
  const times = { from: mondayMs, to: mondayMs + hourMs };
  const booked = await desk.ask('BookAppointment', { service: 'social', matters: ['card'], ...times });
  const { appointment } = booked.result as { appointment: string };
  expect(appointment).toMatch(/^[2-9A-HJ-NP-Z]{8}$/);
  const kept = await desk.ask('CheckIn', { appointment });
  expect(desk.ticket(number(kept))).toMatchObject({ class: 'appointment', stage: 'waiting' });
  expect((await desk.ask('CheckIn', { appointment })).error?.code).toBe('unknown-appointment');
});

test('a disk that fails under the private texts stops no hall: it is counted', async () => {
  const desk = await new Desk().start();
  desk.secrets.close();
  await desk.clock.advance(61_000);
  expect(desk.hub.leading).toBe(true);
  expect(desk.hub.allCounters()).toMatchObject({ privateFailed: 1 });
});
