/** The lists of the work places, over the hub's own tables. */
import { describe, expect, test } from 'vitest';
import type { HallBatch } from '../store/store.ts';
import { MemoryHallStore } from '../testing/worlds/memory-hall-store.ts';
import { smallHall } from '../testing/worlds/pad-hall.ts';
import { businessDay } from './business-day.ts';
import { listNamed, readList } from './lists.ts';

const day = '2026-11-23';
const nineMs = Date.UTC(2026, 10, 23, 1, 10);
const minuteMs = 60_000;

type QueueEvent = HallBatch['events'][number];

test('the business day is the hall’s, not this computer’s', () => {
  /** 23:30 in Shanghai is still the same business day; in UTC it was one eight hours earlier. */
  const lateMs = Date.UTC(2026, 10, 23, 15, 30);
  expect(businessDay('Asia/Shanghai', lateMs)).toBe(day);
  expect(businessDay('Asia/Shanghai', lateMs + minuteMs * 30)).toBe('2026-11-24');
});

describe('the lists of the work places', () => {
  const head = {
    at: nineMs,
    happenedAt: nineMs,
    by: { kind: 'supervisor', id: 's1' },
    commandId: 'c-00000001',
  } as const;
  const hub = { ...head, by: { kind: 'hub', id: 'hub' } } as const;
  const device = { ...head, by: { kind: 'device', id: 'n1/w1-pad' } } as const;

  async function listed(name: string, events: readonly QueueEvent[], nowMs = nineMs + minuteMs) {
    const store = new MemoryHallStore();
    await store.open();
    const opened = { ...hub, type: 'DayOpened', day } as const;
    await store.commit({ events: [opened, ...events], applied: [], answers: [], marks: [] });
    const list = listNamed(name);
    if (list === undefined) throw new Error(name);
    return readList({ rules: smallHall.rules, query: (sql, values) => store.query(sql, values) }, list, nowMs);
  }

  test('every list is a question the real tables understand', async () => {
    for (const name of ['appointments', 'assistances', 'complaints', 'follow-ups', 'proposals', 'overrides'])
      expect([name, await listed(name, [])]).toEqual([name, []]);
    expect(listNamed('constructor')).toBeUndefined();
  });

  test('the trail has people’s acts and the balancer’s, not the clerks’ ordinary keys', async () => {
    const rows = await listed('overrides', [
      { ...device, type: 'WindowOpened', window: 'w1' },
      { ...head, type: 'WindowOpened', window: 'w2' },
      { ...hub, type: 'WindowClosed', window: 'w3' },
      { ...hub, type: 'WindowRoleChanged', window: 'w3', role: 'certificate', why: 'long queue' },
    ]);
    expect(rows.map((row) => [row.type, JSON.parse(String(row.event)).by.kind])).toEqual([
      ['WindowRoleChanged', 'hub'],
      ['WindowOpened', 'supervisor'],
    ]);
  });

  test('a proposal is shown until it was withdrawn, the window changed, or its time is over', async () => {
    const proposed = {
      ...hub,
      type: 'BalanceProposed',
      proposal: 'p-0000001',
      until: nineMs + 10 * minuteMs,
      window: 'w1',
      role: 'certificate',
      why: 'long queue',
    } as const;
    const lent = {
      ...proposed,
      proposal: 'p-0000002',
      window: 'w4',
      serves: 'all',
      lends: 'tax',
      role: undefined,
    } as QueueEvent;
    expect(await listed('proposals', [proposed, lent])).toMatchObject([
      { proposal: 'p-0000002', window: 'w4', lends: 'tax', role: null },
      { proposal: 'p-0000001', window: 'w1', role: 'certificate', why: 'long queue' },
    ]);
    expect(await listed('proposals', [proposed], nineMs + 10 * minuteMs)).toEqual([]);
    const changed = { ...head, type: 'WindowRoleChanged', role: 'certificate', why: 'ok' } as const;
    expect(await listed('proposals', [proposed, { ...changed, window: 'w1' }])).toEqual([]);
    expect(await listed('proposals', [proposed, { ...changed, window: 'w2' }])).toHaveLength(1);
    const withdrawn = { ...hub, type: 'BalanceWithdrawn', reason: 'not-needed' } as const;
    expect(await listed('proposals', [proposed, lent, { ...withdrawn, proposal: 'p-0000001' }])).toMatchObject([
      { proposal: 'p-0000002' },
    ]);
  });

  test('complaints that wait for an answer come first, the settled stay for a week', async () => {
    const recorded = (complaint: string): QueueEvent => ({
      ...head,
      type: 'ComplaintRecorded',
      complaint,
      ticket: null,
      kind: 'complaint',
      reference: `complaint/${complaint}`,
      dueAt: nineMs + 5 * 24 * 60 * minuteMs,
    });
    const events = [
      recorded('C1'),
      recorded('C2'),
      { ...head, type: 'ComplaintSettled', complaint: 'C1', outcome: 'resolved' } as const,
    ];
    expect((await listed('complaints', events)).map((row) => row.complaint)).toEqual(['C2', 'C1']);
    const later = nineMs + 8 * 24 * 60 * minuteMs;
    expect((await listed('complaints', events, later)).map((row) => row.complaint)).toEqual(['C2']);
  });
});
