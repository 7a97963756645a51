/** From the bursts of a serial pad to its frame: what is constant, where the key stands, which octet checks the others. */
import { hex } from '../bytes/hex.ts';
import { type CheckKind, checkKinds, checkOctets, checkSize } from './frame-check.ts';
import { learnRule } from './learn-events.ts';
import {
  alike,
  type KeySample,
  type Learned,
  learnedProfile,
  learnedSource,
  merged,
  positionsOf,
  releasesOf,
  withoutMeasures,
} from './learned.ts';

interface FoundCheck {
  readonly kind: CheckKind;
  readonly at: number;
  readonly from: number;
}

export function learnSerial(raw: readonly KeySample[], model: string, baud: number): Learned {
  const { samples, measures } = merged(raw.map(({ key, messages }) => ({ key, messages: messages.map(once) })));
  const problem = alike(samples);
  if (problem !== undefined) return { ok: false, problem };
  const presses = samples.map(({ messages: [press] }) => press ?? new Uint8Array());
  if (presses.some((press) => press.length !== presses[0]?.length)) return learnLines(samples, presses, model, baud);
  const releases = releasesOf(samples);
  const measured = releases.length === 0 ? learnMeasured({ samples, presses, measures, model, baud }) : undefined;
  if (measured !== undefined) return measured;
  const all = [...presses, ...releases];
  const moving = new Set([...positionsOf(presses, releases).key, ...positionsOf(presses, releases).state]);
  const check = findCheck(all, moving);
  if (check !== undefined) for (let at = 0; at < checkSize(check.kind); at += 1) moving.delete(check.at + at);
  if (moving.size === 0) return { ok: false, problem: 'the keys differ in nothing that can be told from a check' };
  const from = Math.min(...moving);
  const size = Math.max(...moving) - from + 1;
  const cut = (message: Uint8Array) => message.subarray(from, from + size);
  const data = { presses: presses.map(cut), releases: releases.map(cut) };
  const learned = learnRule(data.presses, data.releases, positionsOf(data.presses, data.releases));
  if (learned === undefined) return { ok: false, problem: 'where key and release stand in the frame is not clear' };
  return learnedProfile({
    protocol: 'serial-frame',
    model,
    source: learnedSource,
    keys: samples.map(({ key }, each) => ({ key, code: learned.codes[each] ?? 0 })),
    wire: {
      baud,
      frame: { fields: fieldsOf(presses[0] ?? new Uint8Array(), from, size, check), max_data: size },
      events: [learned.rule as never],
    },
  });
}

/** Frames of which some octets are measured anew at each press (radio receivers give pulse times): they are data, and no key. */
function learnMeasured(of: {
  readonly samples: readonly KeySample[];
  readonly presses: readonly Uint8Array[];
  readonly measures: ReadonlySet<number>;
  readonly model: string;
  readonly baud: number;
}): Learned | undefined {
  const { samples, presses, measures, model, baud } = of;
  const moving = positionsOf(presses, []).key;
  const check = findCheck(presses, new Set([...moving, ...measures]));
  const key = check === undefined ? withoutMeasures(presses, measures) : undefined;
  if (key === undefined) return undefined;
  const from = Math.min(key.from, ...moving, ...measures);
  const size = Math.max(key.to, ...moving, ...measures) - from + 1;
  return learnedProfile({
    protocol: 'serial-frame',
    model,
    source: learnedSource,
    keys: samples.map(({ key: name }, each) => ({
      key: name,
      code: hex((presses[each] ?? new Uint8Array()).subarray(key.from, key.to + 1)),
    })),
    // The same press comes several times, each with its own measures.
    timing: { repeat_ms: 500 },
    wire: {
      baud,
      frame: { fields: fieldsOf(presses[0] ?? new Uint8Array(), from, size, undefined), max_data: size },
      events: [{ kind: 'tap', key_at: key.from - from, key_size: key.to - key.from + 1 }],
    },
  });
}

/** Lines and other frames of changing length: what is the same before and behind. */
function learnLines(
  samples: readonly KeySample[],
  presses: readonly Uint8Array[],
  model: string,
  baud: number,
): Learned {
  const shortest = Math.min(...presses.map(({ length }) => length));
  const [first = new Uint8Array()] = presses;
  let head = 0;
  while (head < shortest && presses.every((press) => press[head] === first[head])) head += 1;
  let tail = 0;
  const last = (press: Uint8Array) => press[press.length - 1 - tail];
  while (tail < shortest - head && presses.every((press) => last(press) === last(first))) tail += 1;
  if (tail === 0) return { ok: false, problem: 'the keys send different lengths and no common end' };
  const keyOf = (press: Uint8Array) => press.subarray(head, press.length - tail);
  const end = first.subarray(first.length - tail);
  const fields = [
    ...(head === 0 ? [] : [{ field: 'const' as const, bytes: hex(first.subarray(0, head)) }]),
    { field: 'data' as const, size: 'until' as const },
    { field: 'const' as const, bytes: hex(end) },
  ];
  return learnedProfile({
    protocol: 'serial-frame',
    model,
    source: learnedSource,
    keys: samples.map(({ key }, each) => ({ key, code: hex(keyOf(presses[each] ?? first)) })),
    wire: { baud, frame: { fields }, events: [{ kind: 'tap', key_size: 'rest' }] },
  });
}

/** A pad that says everything several times in one burst says it once here. */
function once(burst: Uint8Array): Uint8Array {
  for (let period = 1; period <= burst.length / 2; period += 1) {
    if (burst.length % period !== 0) continue;
    if (burst.every((octet, at) => octet === burst[at % period])) return burst.subarray(0, period);
  }
  return burst;
}

/** The last moving octets may check what stands before them; the longest stretch that fits all messages is taken. */
function findCheck(all: readonly Uint8Array[], moving: ReadonlySet<number>): FoundCheck | undefined {
  const length = all[0]?.length ?? 0;
  for (const kind of checkKinds) {
    const size = checkSize(kind);
    for (let at = length - size; at > 0; at -= 1) {
      const covered = [...moving].filter((place) => place < at);
      const checks = [...moving].some((place) => place >= at && place < at + size);
      const behind = [...moving].some((place) => place >= at + size);
      if (!checks || behind || covered.length === 0) continue;
      for (let from = 0; from <= Math.min(...covered); from += 1) {
        const fits = all.every((message) =>
          checkOctets(kind, message.subarray(from, at)).every((octet, each) => octet === message[at + each]),
        );
        if (fits) return { kind, at, from };
      }
    }
  }
  return undefined;
}

/** Cuts one message into constants, the data and the check, with a cut where the check begins to count. */
function fieldsOf(message: Uint8Array, dataAt: number, dataSize: number, check: FoundCheck | undefined) {
  type Field =
    | { field: 'const'; bytes: string }
    | { field: 'data'; size: number }
    | { field: 'check'; kind: CheckKind; from: number; to: number };
  const fields: Field[] = [];
  const startOf = new Map<number, number>();
  const cuts = new Set([dataAt, dataAt + dataSize, message.length]);
  if (check !== undefined) for (const cut of [check.from, check.at, check.at + checkSize(check.kind)]) cuts.add(cut);
  let at = 0;
  while (at < message.length) {
    startOf.set(at, fields.length);
    const end = Math.min(...[...cuts].filter((cut) => cut > at));
    if (at === dataAt) fields.push({ field: 'data', size: dataSize });
    else if (check !== undefined && at === check.at)
      fields.push({ field: 'check', kind: check.kind, from: startOf.get(check.from) ?? 0, to: fields.length - 1 });
    else fields.push({ field: 'const', bytes: hex(message.subarray(at, end)) });
    at = at === dataAt ? dataAt + dataSize : end;
  }
  return fields;
}
