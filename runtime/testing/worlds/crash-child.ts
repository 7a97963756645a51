/**
 * A process for tests to kill: writes to a store and says what it was told is on the disk.
 * `node crash-child.ts hall|node FILE [LABEL COUNT]`: kills itself (-9) at the COUNT-th passing of the fault point LABEL.
 */
import { writeSync } from 'node:fs';
import { seededRandom } from '../../../drivers/random.ts';
import { ticketIssued } from '../../store/hall-store.conformance.ts';
import { outboxRow } from '../../store/node-store.conformance.ts';
import { SqliteHallStore } from '../../store/sqlite-hall-store.ts';
import { SqliteNodeStore } from '../../store/sqlite-node-store.ts';

const [kind, file = '', label, count = '0'] = process.argv.slice(2);
const batches = 5_000;
let passed = 0;
const fault = (at: string) => {
  if (at === label && ++passed === Number(count)) process.kill(process.pid, 'SIGKILL');
};
const say = (text: string) => writeSync(1, `${text}\n`);

const stream = '0b6f2a52-7c1e-4c59-9d5e-3a1f3f1f0001';

async function hall(): Promise<void> {
  const store = new SqliteHallStore({ file, fault });
  await store.open();
  for (let n = 1; n <= batches; n += 1) {
    const number = `A${String(n).padStart(5, '0')}`;
    const answer = { id: `press-${n}`, ok: true, result: { number, pad: 'x'.repeat(300) } };
    const seq = await store.commit({
      events: [ticketIssued(number)],
      applied: [{ node: 'k1', stream, seq: n, answer }],
      answers: [],
      marks: [{ node: 'k1', stream, upto: n, happenedAt: n, adopted: true }],
    });
    say(String(seq));
  }
}

function node(): void {
  const store = new SqliteNodeStore({ file, fault, random: seededRandom(1) });
  store.open();
  for (let n = 1; n <= batches; n += 1) {
    const rows = store.transact({
      append: [outboxRow(`press-${n}`, 'x'.repeat(300))],
      notes: [{ device: 'kiosk', key: 'last', value: n }],
    });
    say(String(rows[0]?.seq));
  }
}

try {
  if (kind === 'hall') await hall();
  else if (kind === 'node') node();
} catch (error) {
  say(`failed ${(error as { code?: string }).code} ${(error as Error).message}`);
}
