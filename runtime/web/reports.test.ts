import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { projectionSchema } from '../store/projection-schema.ts';
import { FixtureHall } from './fixture-hall.ts';
import { todayReport } from './reports.ts';

/** 23:30 in Shanghai is still the same business day; in UTC it was one eight hours earlier. */
const lateMs = Date.UTC(2026, 10, 23, 15, 30);

function deskOn(database: DatabaseSync): FixtureHall {
  const hall = new FixtureHall(new VirtualClock());
  hall.query = async (sql?: string, parameters: readonly (string | number | null)[] = []) =>
    database.prepare(sql ?? '').all(...parameters) as Record<string, unknown>[];
  return hall;
}

const noOffers = {
  clerk: null,
  services: 0,
  offered: 0,
  not_offered_share: 0,
  rated: 0,
  declined: 0,
  timed_out: 0,
  superseded: 0,
  pad_away: 0,
  hub_away: 0,
  no_keypad: 0,
  counted: 0,
};

describe('the manager’s day', () => {
  test('counts come from the hub’s own tables', async () => {
    const database = new DatabaseSync(':memory:');
    database.exec(projectionSchema);
    database.exec(`
      INSERT INTO tickets (ticket, day, number, service, class, status, pressed_at, issued_at, issued_by, waiting_since)
        VALUES ('2026-11-23/A001', '2026-11-23', 'A001', 'tax', 'ordinary', 'done', 0, 0, 'device:k1', 0),
               ('2026-11-23/A002', '2026-11-23', 'A002', 'tax', 'ordinary', 'missed', 0, 0, 'device:k1', 0),
               ('2026-11-22/A009', '2026-11-22', 'A009', 'tax', 'ordinary', 'done', 0, 0, 'device:k1', 0);
      INSERT INTO services (serving, ticket, day, service, window, called_at, started_at, completed_at, walk_ms, service_ms)
        VALUES ('s1', '2026-11-23/A001', '2026-11-23', 'tax', 'w1', 0, 0, 0, 20000, 300000);
      INSERT INTO calls (seq, ticket, day, window, call, at, wait_ms, why, outcome, delay_ms)
        VALUES (1, '2026-11-23/A001', '2026-11-23', 'w1', 1, 7200000, 240000, 'first', 'shown', 3);
      INSERT INTO services (serving, ticket, day, service, window, clerk, called_at, started_at, completed_at)
        VALUES ('s2', 'x', '2026-11-23', 'tax', 'w1', 'li', 0, 0, 0), ('s3', 'x', '2026-11-23', 'tax', 'w1', 'li', 0, 0, 0);
      INSERT INTO ratings (serving, day, window, level, reason, at, offered, counts_as) VALUES
        ('s1', '2026-11-23', 'w1', 5, NULL, 0, 1, 5), ('s2', '2026-11-23', 'w1', NULL, 'timed-out', 0, 1, NULL),
        ('s3', '2026-11-23', 'w1', NULL, 'pad-away', 0, 0, NULL);`);
    const report = await todayReport(deskOn(database), lateMs);
    expect(JSON.parse(JSON.stringify(report))).toEqual({
      day: '2026-11-23',
      tickets: [{ service: 'tax', issued: 2, voided: 0, served: 1, missed: 1 }],
      windows: [{ window: 'w1', services: 3, service_ms: 300000, walk_ms: 20000, longest_ms: 300000 }],
      waits: [{ hour: 2, calls: 1, wait_ms: 240000, longest_ms: 240000 }],
      boards: [{ outcome: 'shown', calls: 1, delay_ms: 3, longest_ms: 3 }],
      ratings: [
        { window: 'w1', level: null, reason: 'pad-away', ratings: 1 },
        { window: 'w1', level: null, reason: 'timed-out', ratings: 1 },
        { window: 'w1', level: 5, reason: null, ratings: 1 },
      ],
      offers: [
        { ...noOffers, clerk: null, services: 1, offered: 1, rated: 1, counted: 1 },
        { ...noOffers, clerk: 'li', services: 2, offered: 1, not_offered_share: 0.5, timed_out: 1, pad_away: 1 },
      ],
    });
  });

  test('a store without a table leaves that part out, not the whole', async () => {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE ratings (day TEXT, "window" TEXT, level INTEGER, reason TEXT)');
    const report = await todayReport(deskOn(database), lateMs);
    expect(report).toEqual({
      day: '2026-11-23',
      tickets: null,
      windows: null,
      waits: null,
      boards: null,
      ratings: [],
      offers: null,
    });
  });
});
