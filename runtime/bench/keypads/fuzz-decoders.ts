/** Every decoder that hears a pad or a scanner, fed with noise and with damaged real messages. */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { unhex } from '../../../drivers/bytes/hex.ts';
import { parseReportDescriptor } from '../../../drivers/hid/hid-descriptor.ts';
import { bootKeyboardDescriptor, HidStandardPad } from '../../../drivers/keypad/hid-standard.ts';
import { HidTablePad } from '../../../drivers/keypad/hid-table.ts';
import type { PadInput } from '../../../drivers/keypad/pad-input.ts';
import type { PadProtocol } from '../../../drivers/keypad/pad-protocol.ts';
import { PressFilter } from '../../../drivers/keypad/press-filter.ts';
import { type KeypadProfile, keypadProfile } from '../../../drivers/keypad/registry.ts';
import { SerialFramePad } from '../../../drivers/keypad/serial-frame.ts';
import { type Random, seededRandom } from '../../../drivers/random.ts';
import { scanProtocol } from '../../../drivers/scanner/registry.ts';
import { createSimulatedKeypad } from '../../../drivers/simulated/keypad/create-simulated-keypad.ts';
import { VirtualClock } from '../../../drivers/simulated/virtual-clock.ts';

export interface FuzzRow {
  readonly decoder: string;
  readonly octets: number;
  /** Key inputs, codes, layouts: whatever the decoder gives for something it understood. */
  readonly understood: number;
  readonly refused: number;
  readonly octetsPerMs: number;
}

/** What a decoder makes of one piece: how much it understood and how much it refused. */
type Feed = (piece: Uint8Array) => { understood: number; refused: number };

interface Target {
  readonly name: string;
  /** Real messages, to be damaged. */
  readonly seeds: readonly Uint8Array[];
  readonly feed: Feed;
}

const profilesFolder = new URL('../../../config/profiles/keypad/', import.meta.url);
const longestPiece = 80;
/** A single piece that takes longer than this would hang the hall. */
const hangMs = 1000;

/** `done` hears of each decoder as it is through: the millions take their time. */
export async function fuzzAll(
  octets: number,
  seed: number,
  done: (row: FuzzRow) => void = () => {},
): Promise<readonly FuzzRow[]> {
  return targets().map((target, at) => {
    const row = fuzz(target, octets, seededRandom(seed + at));
    done(row);
    return row;
  });
}

function fuzz(target: Target, octets: number, random: Random): FuzzRow {
  let [fed, understood, refused] = [0, 0, 0];
  const startMs = performance.now();
  while (fed < octets) {
    const piece = makePiece(target.seeds, random);
    const pieceMs = performance.now();
    try {
      const result = target.feed(piece);
      understood += result.understood;
      refused += result.refused;
    } catch (cause) {
      throw new Error(`${target.name} fell over ${Buffer.from(piece).toString('hex')}`, { cause });
    }
    if (performance.now() - pieceMs > hangMs && againCpuMs(target, piece) > hangMs)
      throw new Error(`${target.name} hangs on ${Buffer.from(piece).toString('hex')}`);
    fed += Math.max(1, piece.length);
  }
  const tookMs = performance.now() - startMs;
  return { decoder: target.name, octets: fed, understood, refused, octetsPerMs: Math.round(fed / tookMs) };
}

/** A slow piece on a busy machine is no hang: it is fed again and only this process's own time counts. */
function againCpuMs(target: Target, piece: Uint8Array): number {
  const before = process.cpuUsage();
  target.feed(piece);
  return process.cpuUsage(before).user / 1000;
}

/** Noise, a real message, or a real message with octets changed, cut, doubled or put in. */
function makePiece(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const below = (limit: number) => Math.floor(random() * limit);
  const real = seeds[below(seeds.length)];
  if (real === undefined || random() < 0.3) return Uint8Array.from({ length: below(longestPiece) }, () => below(256));
  if (random() < 0.3) return real;
  const octets = [...real];
  for (let change = below(4); change >= 0; change -= 1) {
    const at = below(octets.length + 1);
    const how = below(4);
    if (how === 0) octets[at] = below(256);
    else if (how === 1) octets.splice(at, 1 + below(3));
    else if (how === 2) octets.splice(at, 0, below(256));
    else octets.push(...octets.slice(at, at + 8));
  }
  return Uint8Array.from(octets.slice(0, 4 * longestPiece));
}

function targets(): Target[] {
  const profiles = readdirSync(profilesFolder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({
      name: name.slice(0, -'.yaml'.length),
      profile: keypadProfile.parse(parse(readFileSync(new URL(name, profilesFolder), 'utf8'))),
    }));
  return [
    ...profiles.map(({ name, profile }) => padTarget(name, profile)),
    ...profiles.map(({ name, profile }) => firmwareTarget(name, profile)),
    descriptorTarget(profiles.map(({ profile }) => profile)),
    ...['serial-scan', 'hid-pos-scan', 'keyboard-scan'].map(scanTarget),
  ];
}

/** The driver's side, the press filter behind it. */
function padTarget(name: string, profile: KeypadProfile): Target {
  const pad = padOf(profile);
  const filter = new PressFilter({
    debounceMs: 30,
    settleMs: profile.timing.settle_ms,
    stuckMs: 10_000,
    repeatMs: 80,
    rollover: false,
    holds: new Map(),
  });
  pad.opened(undefined);
  let atMs = 0;
  const feed = (piece: Uint8Array) => {
    atMs += piece.length;
    const inputs: PadInput[] = [...pad.receive(piece)];
    if (piece.length % 7 === 0) inputs.push(...(pad.flush?.() ?? []));
    let [understood, refused] = [0, 0];
    for (const input of inputs) {
      if (input.kind === 'noise' || input.kind === 'bad-check' || input.kind === 'unknown') refused += 1;
      else understood += 1;
      filter.take(input, atMs);
    }
    return { understood, refused };
  };
  return { name: `${name}: driver`, seeds: spoken(name, profile), feed };
}

function padOf(profile: KeypadProfile): PadProtocol {
  switch (profile.protocol) {
    case 'serial-frame':
      return new SerialFramePad(profile.wire, profile.keys, 1);
    case 'hid-table':
      return new HidTablePad(profile.wire, profile.keys);
    case 'hid-standard':
      return new HidStandardPad(profile.keys, profile.wire.descriptor);
    case 'hid-keyboard':
      return new HidStandardPad(profile.keys, bootKeyboardDescriptor);
  }
}

/** The pad's side: what it makes of the host's lamps and questions. */
function firmwareTarget(name: string, profile: KeypadProfile): Target {
  const pad = padOf(profile);
  const lit = Object.fromEntries(profile.keys.map(({ key }) => [key, 'on'] as const));
  let replies = 0;
  const { receive } = simulated(name, profile, () => {
    replies += 1;
  });
  pad.opened(undefined);
  const seeds = [
    ...pad.encodeLamps(lit),
    ...pad.encodeDisplay('A012'),
    ...(pad.ask === undefined ? [] : [pad.ask.request]),
    ...pollOf(profile),
  ];
  const feed = (piece: Uint8Array) => {
    const before = replies;
    receive(piece);
    return { understood: replies - before, refused: 0 };
  };
  return { name: `${name}: pad`, seeds, feed };
}

/** What a pad of this profile says when each key is pressed. */
function spoken(name: string, profile: KeypadProfile): Uint8Array[] {
  const said: Uint8Array[] = [];
  const { machine, receive } = simulated(name, profile, (bytes) => said.push(bytes));
  const poll = pollOf(profile);
  for (const { key } of profile.keys) {
    machine.act({ type: 'down', key } as never);
    machine.act({ type: 'up', key } as never);
    for (const request of poll) receive(request);
  }
  return said;
}

/** One of many on a line speaks only when it is asked. */
function pollOf(profile: KeypadProfile): readonly Uint8Array[] {
  if (profile.protocol !== 'serial-frame' || profile.wire.poll === undefined) return [];
  return [new SerialFramePad(profile.wire, profile.keys, 1).poll.request];
}

function simulated(name: string, profile: KeypadProfile, send: (bytes: Uint8Array) => void) {
  let receive: (bytes: Uint8Array) => void = () => {};
  const end = {
    plugged: true,
    onReceive: (handler: (bytes: Uint8Array) => void) => {
      receive = handler;
    },
    onOpened: () => {},
    send: (bytes: Uint8Array) => send(bytes.slice()),
    stall: () => {},
    unplug: () => {},
    plug: () => {},
  };
  const world = { end, clock: new VirtualClock(), random: seededRandom(1), name };
  const machine = createSimulatedKeypad({ protocol: profile.protocol, profile, options: {} }, world);
  return { machine, receive: (bytes: Uint8Array) => receive(bytes) };
}

function descriptorTarget(profiles: readonly KeypadProfile[]): Target {
  const known = profiles.flatMap((profile) => {
    if (profile.protocol === 'hid-table') return [unhex(profile.wire.descriptor)];
    return profile.protocol === 'hid-standard' && profile.wire.descriptor !== undefined
      ? [unhex(profile.wire.descriptor)]
      : [];
  });
  const report = Uint8Array.from({ length: 64 }, (_, at) => at * 37);
  const feed = (piece: Uint8Array) => {
    const { ok } = parseReportDescriptor(piece);
    if (!ok) return { understood: 0, refused: 1 };
    // Whatever it describes must read and write reports too.
    const pad = new HidStandardPad([], undefined);
    pad.opened(piece);
    pad.receive(report);
    pad.encodeLamps({ 'button-1': 'on' });
    return { understood: 1, refused: 0 };
  };
  return { name: 'report descriptor', seeds: [unhex(bootKeyboardDescriptor), ...known], feed };
}

function scanTarget(protocol: string): Target {
  const scanner = scanProtocol({ protocol, options: {} }, protocol);
  scanner.opened(undefined);
  let atMs = 0;
  const feed = (piece: Uint8Array) => {
    atMs += piece.length;
    const inputs = [...scanner.settle(atMs), ...scanner.receive(piece, atMs)];
    const understood = inputs.filter(({ kind }) => kind === 'code').length;
    return { understood, refused: inputs.length - understood };
  };
  const seeds = {
    'serial-scan': [new TextEncoder().encode('https://hall.example/t/A012\r\n')],
    'hid-pos-scan': [unhex(`02 08 41 31 32 33 34 35 36 37 ${'00'.repeat(48)}`)],
    'keyboard-scan': ['1E', '00', '1F', '00', '20', '00', '28', '00'].map((key) =>
      unhex(`00 00 ${key} 00 00 00 00 00`),
    ),
  }[protocol];
  return { name: protocol, seeds: seeds ?? [], feed };
}
