/**
 * One box sends every message type with fields of every other day, lease, window, device, ticket and stream, in any order,
 * at a running hub with its real store (F25). Each message has an answer, the hub stays, and what is the others' is as it was.
 */
import { isDeepStrictEqual } from 'node:util';
import { type EvtType, evtSchemas } from '../../../devices/contract/messages.ts';
import { highestEpoch } from '../../../devices/contract/presence.ts';
import type { TicketId } from '../../../devices/contract/terms.ts';
import type { NumberBlock } from '../../../devices/contract/ticket.ts';
import { type Random, seededRandom } from '../../../drivers/random.ts';
import { type BoxPlace, boxAuthority } from '../../hub/box-authority.ts';
import { auditHall } from '../../queue/audit.ts';
import { nodeOf } from '../../queue/commands.ts';
import type { QueueEvent } from '../../queue/events.ts';
import { evolve } from '../../queue/evolve.ts';
import { snapshotOf } from '../../queue/snapshot.ts';
import { emptyHall } from '../../queue/state.ts';
import { testHall } from '../../queue/test-hall.kit.ts';
import { type FieldPools, messageData, type Pick } from '../../testing/worlds/message-fields.ts';
import { StoredHub } from '../../testing/worlds/stored-hub.ts';

/** A day with hours to the end: virtual time moves on with the messages. */
const morningMs = Date.UTC(2026, 10, 23, 0, 40);
const [yesterday, today, tomorrow] = ['2026-11-22', '2026-11-23', '2026-11-24'];
const rules = { ...testHall, numbering: { ...testHall.numbering, blocks: { from: 500, to: 999, size: 10 } } };
const groupOf = 20;
const allTypes = Object.keys(evtSchemas) as EvtType[];

/** `x1` is the box that is not to be trusted; each run gives it other devices. */
const bad = 'x1';
const devicesOfBad: readonly BoxPlace['devices'][] = [
  [{ id: 'dev', role: 'ticket-kiosk' }],
  [
    { id: 'dev', role: 'call-pad', window: 'w1' },
    { id: 'board', role: 'window-board', window: 'w1' },
    { id: 'rate', role: 'rating-keypad', window: 'w1' },
  ],
  [{ id: 'dev', role: 'check-in' }],
  [{ id: 'dev', role: 'slip-printer', window: 'w1' }],
  [{ id: 'dev', role: 'hall-board' }],
];
const others: readonly BoxPlace[] = [
  { node: 'k2', devices: [{ id: 'dev', role: 'ticket-kiosk' }] },
  { node: 'n2', devices: [{ id: 'dev', role: 'call-pad', window: 'w2' }] },
];
const desk = { kind: 'desk', id: 'desk' } as const;

export interface BoxFuzz {
  readonly role: string;
  readonly messages: number;
  readonly accepted: number;
  /** How often each refusal came. */
  readonly refused: Readonly<Record<string, number>>;
  /** What is not as it must be; empty = all held. */
  readonly wrong: readonly string[];
}

export async function fuzzBox(kind: number, messages: number, seed: number): Promise<BoxFuzz> {
  const devices = devicesOfBad[kind % devicesOfBad.length] ?? [];
  const hall = new StoredHub(rules, { boxes: [...others, { node: bad, devices }] }, morningMs);
  try {
    return await new Run(hall, devices, seededRandom(seed)).run(messages);
  } finally {
    await hall.close();
  }
}

export const kindsOfBox = devicesOfBad.length;

class Run {
  #hall: StoredHub;
  #devices: BoxPlace['devices'];
  #random: Random;
  #wrong: string[] = [];
  #refused: Record<string, number> = {};
  #accepted = 0;
  /** What its devices may say at all. */
  #ownTypes: readonly EvtType[];

  constructor(hall: StoredHub, devices: BoxPlace['devices'], random: Random) {
    this.#hall = hall;
    this.#devices = devices;
    this.#random = random;
    const roles: readonly string[] = devices.map(({ role }) => role);
    const own = allTypes.filter((type) => boxAuthority[type].from.some((role) => roles.includes(role)));
    this.#ownTypes = own.length > 0 ? own : allTypes;
  }

  async run(messages: number): Promise<BoxFuzz> {
    const hall = this.#hall;
    await hall.start('k2', 'n2', bad);
    await hall.clock.advance(11_000);
    await this.#honestMorning();
    const epoch = hall.hub.epoch;
    const before = this.#ofOthers();
    for (let sent = 0; sent < messages; sent += groupOf) await this.#group(Math.min(groupOf, messages - sent));
    if (hall.ended !== undefined) this.#wrong.push(`the hub ended: ${hall.ended}`);
    else await this.#check(epoch, before);
    return {
      role: this.#devices.map(({ role }) => role).join(' + '),
      ...{ messages, accepted: this.#accepted, refused: this.#refused, wrong: this.#wrong },
    };
  }

  /** A lease, tickets in several stages and an appointment that are the others'. */
  async #honestMorning(): Promise<void> {
    const [k2, n2] = [await this.#hall.box('k2'), await this.#hall.box('n2')];
    const at = { device: 'dev' };
    // Its stream is the one that the hub knows; another waits for a technician (F10).
    await (await this.#hall.box(bad)).send('PressRefused', { key: '1', reason: 'paper-out' });
    await k2.send('LeaseBlocks', { prefixes: ['A', 'B'] }, at);
    for (let n = 1; n <= 6; n += 1) {
      await k2.send('IssueTicket', { service: 'social' }, at);
      if (n < 6) await k2.send('TicketPrinted', { ticket: `${today}/A00${n}`, verdict: 'printed' }, at);
    }
    await n2.send('OpenWindow', { window: 'w2' }, at);
    for (const type of ['CallNext', 'Start', 'Complete', 'CallNext', 'Start'])
      await n2.send(type, { window: 'w2' }, at);
    await this.#hall.run(this.#hall.hub.submit('IssueTicket', { service: 'company' }, desk, 'desk-command-1'));
    const from = morningMs + 60 * 60_000;
    const slot = { appointment: 'YY-0001', service: 'housing', from, to: from + 20 * 60_000 };
    await this.#hall.run(this.#hall.hub.submit('BookAppointment', slot, desk));
  }

  #pick: Pick = (from) => from[Math.floor(this.#random() * from.length)] as (typeof from)[number];

  #pools(): FieldPools {
    const block = (prefix: string, from: number, day: string, to = from + 9): NumberBlock => ({
      ...{ lease: `${prefix}${from}-${day}`, day, prefix, from, to },
    });
    const { leases, tickets } = this.#hall.state;
    const numbers = ['A001', 'A006', 'A007', 'B001', 'A500', 'A505', 'A510', 'A990', 'A499', 'A99999', 'Z001', '7'];
    return {
      windows: ['w1', 'w1', 'w2', 'w3', 'w4', 'w99'],
      services: ['social', 'company', 'housing', 'nothing'],
      matters: ['pension', 'licence', 'nothing'],
      prefixes: ['A', 'B', 'Z'],
      tickets: [
        ...[...tickets.keys()].slice(-6),
        ...[yesterday, today, today, tomorrow, '2030-01-01'].map((day): TicketId => `${day}/${this.#pick(numbers)}`),
      ],
      blocks: [
        ...[...leases.values()].flat().map(({ kiosk: _kiosk, ...each }) => each),
        ...[yesterday, today, tomorrow, '2030-01-01'].map((day) => block('A', this.#pick([500, 510, 505, 990]), day)),
        ...[block('A', 0, today, 99_999), block('Z', 500, today), { ...block('A', 500, today), lease: 'x' }],
      ],
      commandIds: ['desk-command-1', 'k2-command-2', `${bad}-command-3`, 'no-such-command'],
      appointments: ['YY-0001', 'YY-9999'],
      boards: ['board', 'dev', 'b2'],
      clerks: ['li', 'nobody'],
      classes: ['ordinary', 'ordinary', 'priority', 'appointment', 'returning'],
      days: [yesterday, today, tomorrow],
    };
  }

  async #group(size: number): Promise<void> {
    const hall = this.#hall;
    const box = await hall.box(bad);
    const pools = this.#pools();
    const pick = this.#pick;
    const due: number[] = [];
    for (let n = 0; n < size; n += 1) {
      if (this.#random() < 0.05) await this.#birth(pools);
      const type = pick(this.#random() < 0.5 ? this.#ownTypes : allTypes);
      const data = messageData[type](pick, pools);
      const more = {
        ...(this.#random() < 0.8 ? { device: pick(this.#devices).id } : pick([{}, { device: 'other' }])),
        ...(this.#random() < 0.1 ? { id: pick(pools.commandIds) } : {}),
        ...(this.#random() < 0.2 ? { hub_at: pick([0, morningMs, hall.clock.wallMs() + 1e9, 2 ** 52]) } : {}),
        ...(this.#random() < 0.2 ? { answered: this.#answered(pools) } : {}),
      };
      const step = this.#random();
      // Now and then a repeat with another content, a gap, a leap, or another box's stream: those move nothing of anybody's.
      if (step < 0.02)
        await box.post(type, data, { ...more, seq: Math.max(1, box.seq - 1), id: `${bad}-command-${box.seq - 1}` });
      else if (step < 0.04) await box.post(type, data, { ...more, seq: box.seq + 7 });
      else if (step < 0.06) await box.post(type, data, { ...more, seq: 2 ** 50, first: 2 ** 50 });
      else if (step < 0.08) await box.post(type, data, { ...more, seq: 1, stream: (await hall.box('k2')).stream });
      box.seq += 1;
      due.push(box.seq);
      await box.post(type, data, { ...more, seq: box.seq });
    }
    await hall.clock.advance(100);
    for (const seq of due) this.#answer(seq, box.answers.get(seq));
    box.answers.clear();
  }

  #answer(seq: number, answer: { readonly ok: boolean; readonly error?: { readonly code: string } } | undefined): void {
    if (answer === undefined) this.#wrong.push(`event ${seq} has no answer`);
    else if (answer.ok) this.#accepted += 1;
    else {
      const code = answer.error?.code ?? 'none';
      this.#refused[code] = (this.#refused[code] ?? 0) + 1;
    }
  }

  #answered(pools: FieldPools) {
    const ticket = this.#pick(pools.tickets);
    const number = ticket.slice(ticket.indexOf('/') + 1);
    const result = {
      ticket,
      day: today,
      number,
      ahead: 0,
      issued_at: 0,
      service: this.#pick(pools.services),
      matters: [],
    };
    const blocks = { days: [], blocks: [this.#pick(pools.blocks)] };
    return { ok: this.#random() < 0.9, result: this.#pick<object>([result, blocks]) };
  }

  async #birth(pools: FieldPools): Promise<void> {
    const box = await this.#hall.box(bad);
    const epochs = [0, highestEpoch, highestEpoch - 1, Number.MAX_SAFE_INTEGER];
    await box.birth({
      epoch_seen: this.#pick(epochs),
      acked: this.#pick([0, box.seq, 2 ** 50]),
      last_seq: this.#pick([box.seq, 2 ** 50]),
      numbers: [this.#pick(pools.tickets)],
    });
  }

  /** What no message of the bad box may change: the others' blocks, their windows and their tickets' papers. */
  #ofOthers() {
    const { state } = this.#hall;
    const window = state.windows.get('w2');
    return {
      leases: [...state.leases.values()].flat().filter(({ kiosk }) => nodeOf({ kind: 'device', id: kiosk }) === 'k2'),
      window: { state: window?.state, rev: window?.rev, clerk: window?.clerk, call: window?.call },
      printing: [...state.tickets.values()].filter(({ number }) => number === 'A006').map(({ print }) => print),
      barred: state.leasesBarredUntil,
    };
  }

  async #check(epoch: number, before: object): Promise<void> {
    const hall = this.#hall;
    const wrong = (what: string) => this.#wrong.push(what);
    // The hub's own timer says after a minute that nobody knows of that paper.
    const after = this.#ofOthers();
    const same = (one: object) => JSON.stringify({ ...one, printing: undefined });
    if (same(after) !== same(before)) wrong(`what is the others' has changed: ${same(before)} to ${same(after)}`);
    if (hall.hub.epoch !== epoch) wrong(`the epoch went from ${epoch} to ${hall.hub.epoch}`);
    this.#wrong.push(...auditHall(hall.state));
    const events: QueueEvent[] = [];
    await hall.store.replay(0, (entries) => events.push(...entries.map(({ event }) => event)));
    this.#wrong.push(...trespasses(events, this.#devices));
    const replayed = events.reduce(evolve, emptyHall());
    if (!isDeepStrictEqual(snapshotOf(replayed), snapshotOf(hall.state))) wrong('memory is not what the journal says');
    await this.#othersGoOn(events);
  }

  /** The other kiosk gives every number of its block, gets the next of the hub's, and more blocks. */
  async #othersGoOn(events: readonly QueueEvent[]): Promise<void> {
    const hall = this.#hall;
    const k2 = await hall.box('k2');
    const at = { device: 'dev' };
    const given = events.filter((event) => event.type === 'TicketIssued' && event.lease === undefined);
    for (const [prefix, service] of [
      ['A', 'social'],
      ['B', 'company'],
    ] as const) {
      const next = given.filter((event) => 'ticket' in event && String(event.ticket).includes(`/${prefix}`)).length + 1;
      const answer = await k2.send('IssueTicket', { service }, at);
      const number = (answer?.result as { readonly number?: string } | undefined)?.number;
      if (number !== `${prefix}${String(next).padStart(3, '0')}`)
        this.#wrong.push(`the next number of ${prefix} is ${number ?? answer?.error?.code}, not the ${next}th`);
    }
    const [lease] = (hall.state.leases.get('A') ?? []).filter(({ kiosk }) => kiosk === 'k2/dev');
    for (let count = lease?.from ?? 0; count <= (lease?.to ?? -1); count += 1) {
      const ticket = `${today}/A${count}`;
      const press = { commandId: `press-${count}`, ticket, lease: lease?.lease, service: 'social' };
      const answer = await k2.send('IssuedFromBlock', press, at);
      if (answer?.ok !== true) this.#wrong.push(`${ticket} of the other kiosk's block: ${answer?.error?.code}`);
    }
    const more = await k2.send('LeaseBlocks', { prefixes: ['A'] }, at);
    if ((more?.result as { readonly blocks?: readonly object[] } | undefined)?.blocks?.length !== 2)
      this.#wrong.push('the other kiosk gets no more blocks');
  }
}

/** Events that the bad box caused and that are not its own to cause. */
function trespasses(events: readonly QueueEvent[], devices: BoxPlace['devices']): readonly string[] {
  const windows = devices.map(({ window }) => window);
  const own = new Set<string>();
  const found: string[] = [];
  for (const event of events) {
    if (event.by.kind !== 'device' || nodeOf(event.by) !== bad) continue;
    const says = (what: string) => found.push(`${event.type} of ${what} by ${event.by.id}`);
    if (event.type === 'TicketIssued') {
      own.add(event.ticket);
      if (
        event.class !== 'ordinary' &&
        !(event.class === 'appointment' && devices.some((each) => each.role === 'check-in'))
      )
        says(`class ${event.class}`);
    }
    if ('window' in event && event.window !== null && !windows.includes(event.window)) says(`window ${event.window}`);
    if (event.type === 'TicketPrinted' || event.type === 'TicketPrintFailed' || event.type === 'TicketVoided')
      if (!own.has(event.ticket)) says(event.ticket);
    if (event.type === 'BlockLeased' && event.to - event.from !== 9) says(event.lease);
  }
  return found;
}
