/** What is forgotten late is only ever a row that the hub has answered; what is written is whole, at once. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../drivers/random.ts';
import { RecordingLog } from '../../drivers/recording-log.kit.ts';
import { VirtualClock } from '../../drivers/simulated/virtual-clock.ts';
import { StoreError } from '../store/store-error.ts';
import { MemoryNodeDisk, MemoryNodeStore } from '../testing/worlds/memory-node-store.ts';
import { NodeWriter, type Stored } from './node-writer.ts';

const rowsOf = (stored: Stored) => (stored.ok ? stored.rows.map(({ seq }) => seq) : []);

function world() {
  const clock = new VirtualClock();
  const log = new RecordingLog();
  const disk = new MemoryNodeDisk();
  let commits = 0;
  let full = false;
  const fault = (label: string) => {
    if (label !== 'before-commit') return;
    if (full) throw new StoreError('full', 'the disk is full');
    commits += 1;
  };
  const store = () => new MemoryNodeStore({ disk, random: seededRandom(1), fault });
  const first = store();
  first.open();
  const writer = new NodeWriter({ clock, random: seededRandom(1), log }, { store: first });
  const row = (id: string) => ({
    id,
    type: 'CallNext',
    device: 'pad',
    data: {},
    at: '',
    hubAt: null,
    boot: 'b',
    monotonicMs: 0,
  });
  const append = (...ids: string[]) => rowsOf(writer.write({ append: ids.map(row) }));
  /** As the next process finds it. */
  const onDisk = () => {
    disk.crash();
    const next = store();
    next.open();
    return next.unanswered().map(({ id }) => id);
  };
  return {
    clock,
    log,
    store: first,
    writer,
    append,
    onDisk,
    commits: () => commits,
    setFull: (on: boolean) => {
      full = on;
    },
  };
}

test('an answered row goes with the next change, in the same commit', () => {
  const { writer, append, commits, onDisk } = world();
  const [a] = append('a');
  writer.forget([a ?? 0], 0);
  append('b');
  expect(commits()).toBe(2);
  expect(onDisk()).toEqual(['b']);
});

test('with nothing else to write it goes within a second, many in one commit', async () => {
  const { clock, writer, append, commits, onDisk } = world();
  for (const seq of append('a', 'b', 'c')) {
    writer.forget([seq], 0);
    await clock.advance(100);
  }
  expect(commits()).toBe(1);
  await clock.advance(1_000);
  expect(commits()).toBe(2);
  expect(onDisk()).toEqual([]);
});

test('power cut before that: the row is there again and will be asked again', async () => {
  const { clock, writer, append, commits, onDisk } = world();
  const [a] = append('a');
  writer.forget([a ?? 0], 0);
  writer.stop();
  await clock.advance(5_000);
  expect(commits()).toBe(1);
  expect(onDisk()).toEqual(['a']);
});

test('a disk that is full for a while loses none of it', async () => {
  const { clock, writer, append, setFull, onDisk } = world();
  const [a, b] = append('a', 'b');
  setFull(true);
  writer.forget([a ?? 0], 0);
  await clock.advance(2_000);
  expect(writer.counters.writeFailed).toBe(1);
  expect(append('c')).toEqual([]);
  expect(writer.faults()).toMatchObject([{ code: 'disk-full' }]);
  setFull(false);
  writer.forget([b ?? 0], 0);
  await clock.advance(2_000);
  expect(onDisk()).toEqual([]);
});

test('what the hub said of a row goes to the disk with its end, to be told again (F11)', async () => {
  const { clock, store, writer, append } = world();
  const [a] = append('a');
  const answer = { ok: false, error: { code: 'window-busy', message: 'finish A001 first' } };
  writer.forget([a ?? 0], 0, { answers: { [a ?? 0]: answer }, facts: { 'number A': '2026-11-23/A001' } });
  await clock.advance(1_000);
  expect(store.answeredAbove(0)).toMatchObject([{ id: 'a', answer }]);
  expect(store.facts()).toMatchObject({ 'number A': '2026-11-23/A001' });
});

test('under a new stream nothing of the old one counts: rows are kept until a backup has them', async () => {
  const { clock, store, writer, append } = world();
  const [a] = append('a', 'b');
  writer.forget([a ?? 0], 5_000);
  writer.newStream();
  expect(store.unanswered()).toMatchObject([{ id: 'b', seq: 1 }]);
  writer.forget([1], 0);
  await clock.advance(1_000);
  expect(store.answeredAbove(0)).toMatchObject([{ id: 'b', seq: 1 }]);
});
