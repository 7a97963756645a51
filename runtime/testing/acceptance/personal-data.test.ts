/**
 * A visitor leaves a telephone number and a complaint; their time passes. Then no byte of either, in the clear or sealed, is
 * in any file of the hub's folder: not in a table, a free page, or a log.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../../drivers/log.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { Hub } from '../../hub/hub.ts';
import { testHall } from '../../queue/test-hall.kit.ts';
import { scanForPersonalData } from '../../store/personal-scan.ts';
import { PrivateStore } from '../../store/private-store.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import { LocalBroker } from '../worlds/local-broker.ts';
import { LocalBus } from '../worlds/local-bus.ts';

const hourMs = 3_600_000;
/** Monday 2026-11-23, 10:00 in Shanghai. */
const mondayMs = Date.UTC(2026, 10, 23, 2, 0);
const phone = '13800138000';
const words = '三号窗口让我等了一个小时，请给我回电';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'halld-personal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Day {
  readonly clock: VirtualClock;
  readonly secrets = new PrivateStore({ file: path.join(folder, 'private.sqlite'), key: Buffer.alloc(32, 9) });
  readonly hub: Hub;

  constructor(at: number) {
    this.clock = new VirtualClock(at);
    this.hub = new Hub(
      { clock: this.clock, random: seededRandom(at), log: silentLog },
      {
        hubId: 'hub',
        rules: testHall,
        store: new SqliteHallStore({ file: path.join(folder, 'hall.sqlite') }),
        secrets: { store: this.secrets, contactsMs: 24 * hourMs, textsMs: 48 * hourMs },
        bus: new LocalBus(new LocalBroker({ clock: this.clock, random: seededRandom(1) }), 'hub'),
        queueCode: 'this-code',
        onFatal: (error) => {
          throw error;
        },
      },
    );
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => {});
    for (let turn = 0; turn < 1000 && !done; turn += 1) await this.clock.advance(1);
    return settled;
  }

  async say(type: string, data: object) {
    const answer = await this.run(this.hub.submit(type, data, { kind: 'desk', id: 'd1' }));
    if (!answer.ok) throw new Error(`${type}: ${answer.error?.message}`);
    return answer.result as Record<string, string>;
  }
}

/** The encrypted texts as they lie in the file. */
function sealedTexts(): Buffer[] {
  const db = new DatabaseSync(path.join(folder, 'private.sqlite'), { readOnly: true });
  const rows = db.prepare('SELECT sealed FROM texts').all();
  db.close();
  return rows.map(({ sealed }) => Buffer.from(sealed as Uint8Array));
}

function holds(bytes: Buffer): string[] {
  return readdirSync(folder).filter((name) => readFileSync(path.join(folder, name)).includes(bytes));
}

test('after their time nothing personal is in any file; before it, nothing in the clear', async () => {
  const first = new Day(mondayMs);
  await first.run(first.hub.start());
  const { ticket = '' } = await first.say('IssueTicket', { service: 'social', matters: [], class: 'ordinary' });
  await first.say('LeaveContact', { ticket, phone });
  await first.say('RecordComplaint', { ticket, kind: 'complaint', text: words });
  const sealed = sealedTexts();
  expect(sealed).toHaveLength(2);
  for (const bytes of sealed) expect(holds(bytes)).not.toEqual([]);
  expect(scanForPersonalData(folder, [phone, words, '三号窗口']).traces).toEqual([]);
  await first.run(first.hub.stop());

  // The number may go first, after a day; the words after two.
  const later = new Day(mondayMs + 25 * hourMs);
  await later.run(later.hub.start());
  expect(later.secrets.count()).toBe(1);
  await later.run(later.hub.stop());
  const last = new Day(mondayMs + 49 * hourMs);
  await last.run(last.hub.start());
  expect(last.secrets.count()).toBe(0);
  for (const bytes of sealed) expect(holds(bytes)).toEqual([]);
  await last.run(last.hub.stop());
  for (const bytes of sealed) {
    // Not a piece of it either: half a text is as long as a number.
    expect(holds(bytes)).toEqual([]);
    expect(holds(bytes.subarray(0, 20))).toEqual([]);
    expect(holds(bytes.subarray(-20))).toEqual([]);
  }
  // The ticket and the complaint's reference are history, and stay.
  expect(holds(Buffer.from(ticket))).toContain('hall.sqlite');
});
