/**
 * A data folder that release 0.1.0 wrote (518 tickets, ratings, boxes killed with events in their outboxes) opens with the
 * stores of today, replays to the state that 0.1.0 replayed it to, and goes on.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../../../drivers/log.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { startState } from '../../hub/start-state.ts';
import { auditHall, hallAsText } from '../../queue/audit.ts';
import type { QueueCommand } from '../../queue/commands.ts';
import type { HallState } from '../../queue/state.ts';
import { step } from '../../queue/step.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import { SqliteNodeStore } from '../../store/sqlite-node-store.ts';

const folders = path.resolve(import.meta.dirname, '../data-folders');
/** Taken with the code of 0.1.0: a hash a part of the state, counts, the boxes' outboxes. */
const expected = JSON.parse(readFileSync(path.join(folders, '0.1.0.json'), 'utf8'));
/** What a state of today has and 0.1.0 had not, and what has another name since. */
const added = new Set(['idleSince']);
const names: Readonly<Record<string, string>> = { phase: 'leg' };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'halld-old-data-'));
  const tar = brotliDecompressSync(readFileSync(path.join(folders, '0.1.0.tar.br')));
  const { status, stderr } = spawnSync('tar', ['-x', '-C', folder], { input: tar });
  if (status !== 0) throw new Error(`tar: ${stderr}`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const openHallStore = async () => {
  const store = new SqliteHallStore({ file: path.join(folder, 'data/hall.sqlite') });
  await store.open();
  return store;
};

/** Maps and sets sorted, objects with sorted keys and the names of 0.1.0, a lane as its key. */
function plain(value: unknown, key = ''): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (key === 'lane') return (value as { readonly key: string }).key;
  if (value instanceof Map) return [...value].map(([id, each]) => [id, plain(each)]).sort(byText);
  if (value instanceof Set) return [...value].map(String).sort();
  if (Symbol.iterator in value) return [...(value as Iterable<unknown>)].map((each) => plain(each));
  const fields = Object.entries(value).filter(([name, each]) => each !== undefined && !added.has(name));
  return Object.fromEntries(fields.map(([name, each]) => [names[name] ?? name, plain(each, name)]).sort(byText));
}

/** 0.1.0 kept asks by their id alone, today with whose they are: no two of them had the same id. */
function bareIds(asks: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map([...asks].map(([id, asked]) => [id.slice(id.lastIndexOf('/') + 1), asked]));
}

function byText(a: unknown[], b: unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}

function hashes(state: HallState): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(expected.canonicalByKey).map((key) => {
      const part = state[key as keyof HallState];
      const text = JSON.stringify(plain(part instanceof Map && key === 'asks' ? bareIds(part) : part));
      return [key, createHash('sha256').update(text).digest('hex')];
    }),
  );
}

test('its journal replays to the same state, and a next ticket follows', async () => {
  const store = await openHallStore();
  const byType: Record<string, number> = {};
  let lastAt = 0;
  await store.replay(0, (entries) => {
    for (const { event } of entries) {
      byType[event.type] = (byType[event.type] ?? 0) + 1;
      lastAt = event.at;
    }
  });
  expect(byType).toEqual(expected.byType);
  // Its snapshot is another program's: the whole journal is replayed.
  const { state, lastSeq, snapshot } = await startState(store, 'the code of today', silentLog);
  expect({ lastSeq, snapshot }).toEqual({ lastSeq: expected.lastSeq, snapshot: 0 });
  expect(auditHall(state)).toEqual([]);
  expect(hashes(state)).toEqual(expected.canonicalByKey);
  expect((await store.marks()).map(({ node, upto }) => [node, upto])).toEqual(expected.marks);
  const statuses = await store.query('SELECT status, count(*) AS n FROM tickets GROUP BY status');
  expect(Object.fromEntries(statuses.map(({ status, n }) => [status, n]))).toEqual(expected.openByStatus);

  const at = lastAt + 10_000;
  const service = state.rules?.services[0];
  const given = (prefix: string) => state.day?.next.get(prefix) ?? 0;
  const next = given(service?.prefix ?? '');
  const command: QueueCommand = {
    ...{ type: 'IssueTicket', id: 'after-the-update', at, happenedAt: at, by: { kind: 'device', id: 'k1/k1' } },
    ...{ service: service?.id ?? '', matters: [], class: 'ordinary' },
  };
  const { decision, events } = step(state, command);
  expect(decision).toMatchObject({ ok: true });
  expect(events.findLast((event) => event.type === 'TicketIssued')?.ticket).toBe(
    `${expected.day}/${service?.prefix}${String(next).padStart(state.rules?.numbering.digits ?? 0, '0')}`,
  );
  await store.commit({ events, applied: [], answers: [], marks: [] });
  await store.close();

  const again = await openHallStore();
  const replayed = await startState(again, undefined, silentLog);
  await again.close();
  expect(replayed.lastSeq).toBe(lastSeq + events.length);
  expect(hallAsText(replayed.state)).toBe(hallAsText(state));
});

test.each(Object.entries(expected.nodes))('box %s still has what it had not been answered', (node, had) => {
  const box = new SqliteNodeStore({ file: path.join(folder, `data/${node}.sqlite`), random: seededRandom(1) });
  const { lastSeq } = box.open();
  expect({ lastSeq, unanswered: box.unanswered().length }).toEqual(had);
  box.close();
});
