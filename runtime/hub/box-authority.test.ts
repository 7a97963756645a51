/** A box speaks for its own devices alone, and what it claims is bounded (F25): every message type from every kind of box. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type EvtType, evtSchemas } from '../../devices/contract/messages.ts';
import type { TicketId } from '../../devices/contract/terms.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { type FieldPools, messageData } from '../testing/worlds/message-fields.ts';
import { type SendingBox, StoredHub } from '../testing/worlds/stored-hub.ts';
import { authorityDocument } from './authority-document.kit.ts';
import { type BoxPlace, type BoxRole, boxAuthority, boxRoles } from './box-authority.ts';

const rules = { ...testHall, numbering: { ...testHall.numbering, blocks: { from: 500, to: 599, size: 10 } } };
const day = '2026-11-23';

/** A box for each role, named like it, and two more: a second kiosk, and the pads of window 2. */
const boxes: readonly BoxPlace[] = [
  ...boxRoles.map((role) => ({
    node: role,
    devices: [{ id: 'dev', role, ...(atWindow(role) ? { window: 'w1' } : {}) }],
  })),
  { node: 'k2', devices: [{ id: 'dev', role: 'ticket-kiosk' }] },
  { node: 'n2', devices: [{ id: 'dev', role: 'call-pad', window: 'w2' }] },
];
function atWindow(role: BoxRole): boolean {
  return ['call-pad', 'window-board', 'rating-keypad', 'slip-printer'].includes(role);
}

const worlds: StoredHub[] = [];
async function world(): Promise<StoredHub> {
  const made = new StoredHub(rules, { boxes });
  worlds.push(made);
  await made.start();
  await made.clock.advance(11_000);
  return made;
}
afterEach(async () => {
  for (const each of worlds.splice(0)) await each.close();
});

const types = Object.keys(evtSchemas) as readonly EvtType[];
const own: FieldPools = {
  ...{ windows: ['w1'], services: ['social'], matters: ['pension'], prefixes: ['A'], clerks: ['li'] },
  ...{ tickets: [`${day}/A001`], commandIds: ['press-0001'], appointments: ['YY-0001'], boards: ['dev'] },
  ...{ blocks: [{ lease: `A500-${day}`, day, prefix: 'A', from: 500, to: 509 }], classes: ['ordinary'], days: [day] },
};
const first = <T>(from: readonly T[]): T => from[0] as T;
const code = async (box: SendingBox, type: EvtType, pools: FieldPools) => {
  const answer = await box.send(type, messageData[type](first, pools), { device: 'dev' });
  expect(answer, `${type} of ${box.node} has an answer`).toBeDefined();
  return answer?.error?.code;
};

describe('the table', () => {
  test('each message type from each kind of box: taken from those the table names, from no other', async () => {
    const hall = await world();
    for (const role of boxRoles) {
      const box = await hall.box(role);
      for (const type of types) {
        const said = await code(box, type, own);
        // A001 is not open yet, A500 is leased to nobody: the queue and the bounds say so to whoever may ask.
        const may = (boxAuthority[type].from as readonly string[]).includes(role);
        expect([role, type, said === 'not-yours'], `${said}`).toEqual([role, type, !may]);
      }
    }
    expect(hall.ended).toBeUndefined();
  });

  test('the same of another window, and of a window that is nobody’s', async () => {
    const hall = await world();
    for (const role of ['call-pad', 'window-board', 'rating-keypad'] as const) {
      const box = await hall.box(role);
      for (const type of types.filter((each) => (boxAuthority[each].from as readonly string[]).includes(role))) {
        for (const window of ['w2', 'w99'])
          expect([type, await code(box, type, { ...own, windows: [window] })]).toEqual([type, 'not-yours']);
      }
    }
  });

  test('a box, or a device, that the hall’s file does not have says nothing', async () => {
    const hall = await world();
    const stranger = await hall.box('stranger');
    for (const type of types) expect([type, await code(stranger, type, own)]).toEqual([type, 'not-yours']);
    const pad = await hall.box('call-pad');
    const answer = await pad.send('OpenWindow', { window: 'w1' }, { device: 'other' });
    expect(answer?.error?.code).toBe('not-yours');
  });

  test('docs/authority.md is what the code says', () => {
    const file = path.resolve(import.meta.dirname, '../../docs/authority.md');
    expect(readFileSync(file, 'utf8')).toBe(authorityDocument());
  });
});

describe('what is not its own', () => {
  test('a kiosk neither voids nor confirms another’s number, and the desk’s only where the hub ordered the paper', async () => {
    const hall = await world();
    const [k1, k2] = [await hall.box('ticket-kiosk'), await hall.box('k2')];
    await k1.send('IssueTicket', { service: 'social' });
    const ticket = `${day}/A001` as TicketId;
    for (const type of ['TicketPrintFailed', 'TicketPrinted'] as const)
      expect(await code(k2, type, { ...own, tickets: [ticket] })).toBe('not-yours');
    expect((await k1.send('TicketPrinted', { ticket, verdict: 'printed' }))?.ok).toBe(true);
    const desk = { kind: 'desk', id: 'desk' } as const;
    const printAt = { node: 'k2', device: 'dev' };
    const submitted = hall.hub.submit('IssueTicket', { service: 'social', matters: [], print_at: printAt }, desk);
    await hall.run(submitted);
    expect(await code(k1, 'TicketPrintFailed', { ...own, tickets: [`${day}/A002`] })).toBe('not-yours');
    expect(hall.state.tickets.get(`${day}/A002`)?.print).toBe('pending');
    await hall.restart();
    expect(await code(k2, 'TicketPrintFailed', { ...own, tickets: [`${day}/A002`] })).toBeUndefined();
    expect(hall.state.tickets.has(`${day}/A002`)).toBe(false);
  });

  test('a block of another kiosk is not its own; its own gives its numbers alone', async () => {
    const hall = await world();
    const [k1, k2] = [await hall.box('ticket-kiosk'), await hall.box('k2')];
    await k1.send('LeaseBlocks', { prefixes: ['A'] }, { device: 'dev' });
    const lease = `A500-${day}`;
    const press = (ticket: string) => ({ commandId: 'press-0001', ticket, lease, service: 'social' });
    const by = (box: SendingBox, ticket: string) => box.send('IssuedFromBlock', press(ticket), { device: 'dev' });
    expect((await by(k2, `${day}/A500`))?.error?.code).toBe('not-yours');
    for (const wrong of [`${day}/A510`, `${day}/B500`, '2026-11-24/A500', `${day}/A001`])
      expect((await by(k1, wrong))?.error?.code).toBe('implausible');
    expect((await by(k1, `${day}/A500`))?.result).toMatchObject({ number: 'A500' });
  });

  test('no tries of a box elsewhere lock a clerk’s PIN, and its fault is counted and shown', async () => {
    const hall = await world();
    const kiosk = await hall.box('ticket-kiosk');
    const device = { v: 1, device: 'dev', role: 'ticket-kiosk', state: 'ready', faults: [], counters: {} };
    await kiosk.raw('halld/v1/test-hall/node/ticket-kiosk/device/dev', device, true);
    for (let tries = 0; tries < 30; tries += 1) expect(await code(kiosk, 'ClerkLogin', own)).toBe('not-yours');
    const pad = await hall.box('call-pad');
    expect(await code(pad, 'ClerkLogin', own)).toBe('login-again');
    expect(hall.hub.allCounters()).toMatchObject({ notYours: 30 });
    expect(await hall.events('CommandRefused')).toHaveLength(30);
    expect(hall.hub.nodes.faults.of('ticket-kiosk')).toMatchObject([{ code: 'not-yours', severity: 'warning' }]);
    await hall.clock.advance(11 * 60_000);
    expect(hall.hub.nodes.faults.of('ticket-kiosk')).toEqual([]);
  });
});

describe('what cannot be', () => {
  test('a block that nobody leased, of any size, takes no number from anybody', async () => {
    const hall = await world();
    const k1 = await hall.box('ticket-kiosk');
    const held = [
      { lease: 'mine', day, prefix: 'A', from: 0, to: 499, left: 0 },
      { lease: `A500-${day}`, day, prefix: 'A', from: 500, to: 509, left: 10 },
      { lease: `A505-${day}`, day, prefix: 'A', from: 505, to: 514, left: 10 },
      { lease: 'A500-2030-01-01', day: '2030-01-01', prefix: 'A', from: 500, to: 509, left: 10 },
    ];
    const answer = await k1.send('LeaseBlocks', { prefixes: ['A'], held }, { device: 'dev' });
    expect(answer?.result).toMatchObject({ revoked: held.map(({ lease }) => lease) });
    expect(await hall.events('CommandRefused')).toMatchObject([
      { code: 'implausible', by: { id: 'ticket-kiosk/dev' } },
    ]);
    expect((await (await hall.box('k2')).send('IssueTicket', { service: 'social' }))?.result).toMatchObject({
      number: 'A001',
    });
  });

  test('“answered” gives nothing that the hub could not have given', async () => {
    const hall = await world();
    const k1 = await hall.box('ticket-kiosk');
    const told = async (number: string, data: object, result: object = {}) => {
      const facts = { ticket: `${day}/${number}`, day, number, ahead: 0, issued_at: hall.clock.wallMs(), ...result };
      const answer = await k1.send('IssueTicket', data, { device: 'dev', answered: { ok: true, result: facts } });
      return answer?.error?.code;
    };
    for (const number of ['A99999', 'A499', 'A500', 'B001', 'Z001', 'A001'])
      expect([number, await told(number, { service: 'social' })]).toEqual([number, 'implausible']);
    expect(await told('A001', { service: 'social', class: 'priority' })).toBe('implausible');
    expect(await told('A001', { service: 'nothing' })).toBe('implausible');
    const k2 = await hall.box('k2');
    expect((await k2.send('IssueTicket', { service: 'social' }))?.result).toMatchObject({ number: 'A001' });
  });
});
