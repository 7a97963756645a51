/** Mutated bytes against the reply parser and the simulated printer: no crash, no hang, bounded memory. Every run is its seed. */
import { type Random, seededRandom } from '../../../drivers/random.ts';
import { SimulatedCable } from '../../../drivers/simulated/cable.ts';
import { createSimulatedPrinter } from '../../../drivers/simulated/ticket-printer/simulated-printer.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';
import { composeTicket } from '../../../drivers/ticket-printer/escpos-compose.ts';
import { genericEpson } from '../../../drivers/ticket-printer/profile.ts';
import { referenceTicket } from '../../../drivers/ticket-printer/reference-ticket.kit.ts';
import { ReplyParser } from '../../../drivers/ticket-printer/reply-parser.ts';

export interface FuzzResult {
  readonly bytes: number;
  readonly replies?: number;
  readonly papers?: number;
  /** The most the printer kept of its own, in bytes and things. */
  readonly kept: number;
}

/** Beginnings of replies and of commands, so that mutations reach the deep places. */
const replySeeds = [
  '12',
  '10000300',
  '3722303030310000',
  '5f4550534f4e00',
  '100f24000000',
  '372500',
  '3772404131423200',
  '1113',
  '06',
  '15',
  'ff',
];
const commandSeeds = [
  '1b40',
  '1d2133',
  '1d7630000200020000ff',
  '1b2a210300ffffffffffffffffff',
  '1d286b03003143',
  '1d286b0400315030',
  '1d56',
  '1c26',
  '1c32fea1',
  '1c7101',
  '1d384c',
  '1d28480600303030303031',
  '1004',
  '100502',
  '1014080103140106',
  '1d6b04',
  '1d6b49',
  '1b2603',
  '1b4400',
  '1d2a0204',
  '1b5a',
  '1d61ff',
  '1d7201',
  '1b4c',
  '0c',
  '18',
  '1b7001',
  'd6d0',
  '81308436',
  '1cc01810141a',
  '1d284c0c003043302122010800010031ff',
  '1d284c040030404b43',
  '1d284c0600304521220101',
  '1b571000200000020001',
  '1b0c',
  '1de00f',
  '1d6502',
  '1d5231',
  '06',
];

function mutated(base: Uint8Array, seeds: readonly string[], random: Random): Uint8Array {
  const bytes = [...base];
  const changes = 1 + Math.floor(random() * 6);
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * (bytes.length + 1));
    const seed = Buffer.from(seeds[Math.floor(random() * seeds.length)] ?? '', 'hex');
    const kind = random();
    if (kind < 0.3) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.5) bytes.splice(at, 1 + Math.floor(random() * 8));
    else if (kind < 0.8) bytes.splice(at, 0, ...seed);
    else
      bytes.splice(at, 0, ...Array.from({ length: 1 + Math.floor(random() * 24) }, () => Math.floor(random() * 256)));
  }
  return Uint8Array.from(bytes, (byte) => byte ?? 0);
}

export function fuzzReplies(totalBytes: number, seed: number): FuzzResult {
  const random = seededRandom(seed);
  const parsers = [true, false].flatMap((stripFlowControl) =>
    [true, false].map((fullStatus) => new ReplyParser({ stripFlowControl, fullStatus })),
  );
  const base = Buffer.from(replySeeds.join(''), 'hex');
  let bytes = 0;
  let replies = 0;
  let kept = 0;
  for (let nowMs = 0; bytes < totalBytes; nowMs += 10) {
    const chunk = mutated(base, replySeeds, random);
    bytes += chunk.length;
    for (const parser of parsers) {
      const got = parser.push(chunk, nowMs);
      if (got.length > chunk.length + 300)
        throw new Error(`seed ${seed}: ${got.length} replies from ${chunk.length} bytes`);
      replies += got.length;
      kept = Math.max(kept, parser.held);
    }
  }
  return { bytes, replies, kept };
}

const keptLimit = 4096 + (1 << 20);
const runOutMs = 120_000;

export async function fuzzPrinter(totalBytes: number, seed: number): Promise<FuzzResult> {
  const random = seededRandom(seed);
  const { bytes: ticket } = await composeTicket(referenceTicket, { profile: genericEpson });
  const clock = new VirtualClock();
  const cable = new SimulatedCable({ name: 'fuzz', clock });
  const profile = { ...genericEpson, speed_mm_s: 600, cut_ms: 0 };
  const settings = { protocol: 'escpos', profile, options: {} };
  const machine = createSimulatedPrinter(settings, { end: cable, clock, random, name: 'fuzz' }, { flowControl: false });
  const port = cable.makePort();
  await port.open({ data: () => {}, lost: () => {} });
  let bytes = 0;
  let kept = 0;
  while (bytes < totalBytes) {
    const chunk = mutated(ticket, commandSeeds, random);
    bytes += chunk.length;
    void port.write(chunk, 1_000);
    await clock.advance(runOutMs / 100);
    const look = machine.look();
    const items = look.papers.reduce((sum, { id }) => sum + (machine.paper(id)?.items.length ?? 0), 0);
    kept = Math.max(kept, look.bufferBytes);
    if (look.bufferBytes > keptLimit || look.papers.length > 21 || items > 21 * 20_200) {
      throw new Error(`seed ${seed}: the printer keeps ${look.bufferBytes} bytes and ${items} things`);
    }
    if (random() < 0.02) {
      machine.act({ type: 'power', on: false });
      machine.act({ type: 'power', on: true });
    }
    machine.act({ type: 'roll', mm: 80_000 });
    for (const fault of look.faults) machine.act({ type: 'fault', fault, on: false });
  }
  await clock.advance(runOutMs);
  return { bytes, papers: machine.counters.papers ?? 0, kept };
}
