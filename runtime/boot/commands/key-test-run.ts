/** The two things that `halld key-test` does, on any port and clock. */

import { stringify } from 'yaml';
import { hex } from '../../../drivers/bytes/hex.ts';
import type { Clock } from '../../../drivers/clock.ts';
import type { DriverContext } from '../../../drivers/driver.ts';
import { type LearnedCodes, learnCodes } from '../../../drivers/keypad/learn-codes.ts';
import { learnHid } from '../../../drivers/keypad/learn-hid.ts';
import { learnSerial } from '../../../drivers/keypad/learn-serial.ts';
import type { KeySample } from '../../../drivers/keypad/learned.ts';
import { createKeypad } from '../../../drivers/keypad/registry.ts';
import { createLine } from '../../../drivers/line/create-line.ts';
import { silentLog } from '../../../drivers/log.ts';
import type { PortMaker } from '../../../drivers/port/port.ts';
import { PortLink } from '../../../drivers/port/port-link.ts';
import type { PortOptions } from '../../../drivers/port/port-options.ts';
import type { Random } from '../../../drivers/random.ts';
import type { KeyTestArgs } from './key-test-args.ts';
import { KeyTape } from './key-test-tape.ts';

export interface KeyTestWorld {
  readonly clock: Clock;
  readonly random: Random;
  portMaker(options: PortOptions): PortMaker;
  /** A line of the result. */
  print(line: string): void;
  /** A line for the person at the pad. */
  tell(line: string): void;
  /** Ctrl-C. */
  readonly stopped: Promise<void>;
}

const openWithinMs = 5000;

/** Every press and every refused one, until it is stopped. */
export async function showKeys(args: KeyTestArgs, world: KeyTestWorld): Promise<number> {
  const link = linkOf(args, world);
  link.start();
  try {
    if (!(await opened(link, world))) return 66;
    const protocol = args.profile?.protocol ?? (args.port.kind === 'hid' ? 'hid-standard' : undefined);
    const shown = protocol === undefined ? showRaw(link, args, world) : await showPad(link, protocol, args, world);
    await ended(args, world);
    await shown.stop();
    return shown.count() > 0 ? 0 : 1;
  } finally {
    await link.close();
  }
}

interface Shown {
  count(): number;
  stop(): Promise<void>;
}

async function showPad(link: PortLink, protocol: string, args: KeyTestArgs, world: KeyTestWorld): Promise<Shown> {
  const { clock, random } = world;
  let line: ReturnType<typeof createLine> | undefined;
  const context: DriverContext = {
    name: link.name,
    link,
    line: () => {
      line ??= createLine({ clock, random, log: silentLog }, { link });
      return line;
    },
    clock,
    random,
    log: silentLog,
  };
  const settings = { protocol, profile: args.profile, address: args.address, options: {} };
  const pad = await createKeypad(settings, context);
  let count = 0;
  const say = (what: Readonly<Record<string, unknown>>, text: string) =>
    world.print(args.json ? JSON.stringify(what) : text);
  pad.pressed.on((press) => {
    count += 1;
    pad.setLamps({ [press.key]: 'on' });
    pad.setDisplay(press.key.toUpperCase());
    const held = press.heldMs > 0 ? ` held ${press.heldMs} ms` : '';
    say({ kind: 'press', ...press }, `${seconds(press.atMs)}  ${press.key}${held}`);
  });
  pad.rejected.on((rejection) => {
    count += 1;
    const { key, atMs, reason } = rejection;
    say({ kind: 'refused', ...rejection }, `${seconds(atMs)}  ${key || '(a frame)'} refused: ${reason}`);
  });
  pad.healthChanged.on(({ state, faults }) => {
    for (const { code, remedy } of faults) world.tell(`${code}: ${remedy}`);
    if (faults.length === 0) world.tell(`pad ${state}`);
  });
  pad.start();
  if (pad.keys.length > 0) world.tell(`keys: ${pad.keys.join(', ')}`);
  return { count: () => count, stop: () => pad.close() };
}

/** A serial pad that nobody knows yet: its octets, burst by burst. */
function showRaw(link: PortLink, args: KeyTestArgs, world: KeyTestWorld): Shown {
  let count = 0;
  const tape = new KeyTape(link, world.clock, (message) => {
    count += 1;
    const octets = hex(message);
    world.print(
      args.json ? JSON.stringify({ kind: 'octets', octets }) : `${seconds(world.clock.monotonicMs())}  ${octets}`,
    );
  });
  world.tell('no profile: plain octets are shown; "--learn" makes a profile of them');
  return { count: () => count, stop: async () => tape.stop() };
}

/** Asks for each key, and prints the profile that reads them. */
export async function learnKeys(args: KeyTestArgs, world: KeyTestWorld): Promise<number> {
  const link = linkOf(args, world);
  link.start();
  try {
    if (!(await opened(link, world))) return 66;
    const descriptor = link.port?.descriptor;
    const samples: KeySample[] = [];
    for (const [at, key] of args.learn.entries()) {
      world.tell(`${at + 1} of ${args.learn.length}: press "${key}" once and let it go`);
      const messages = await Promise.race([KeyTape.one(link, world.clock), world.stopped]);
      if (messages === undefined) {
        world.tell(`nothing came for "${key}": check cable, power and baud rate, then start again`);
        return 1;
      }
      world.tell(`   ${messages.map(hex).join(' | ')}`);
      samples.push({ key, messages });
    }
    if (args.profile !== undefined) return printCodes(learnCodes(args.profile, samples, args.address), world);
    const learned =
      descriptor === undefined
        ? learnSerial(samples, args.model, args.baud)
        : learnHid(samples, args.model, descriptor);
    if (!learned.ok) {
      world.tell(`no profile: ${learned.problem}`);
      return 1;
    }
    world.print(profileText(learned.profile));
    return 0;
  } finally {
    await link.close();
  }
}

/** One pad of a known model: its own codes, for the hall's file. */
function printCodes(learned: LearnedCodes, world: KeyTestWorld): number {
  if (!learned.ok) {
    world.tell(`no codes: ${learned.problem}`);
    return 1;
  }
  world.print(
    `# Beside "profile:" of this pad in the hall's file:\n${stringify({ options: { codes: learned.codes } })}`,
  );
  return 0;
}

function profileText(profile: unknown): string {
  const head = [
    '# Save as config/profiles/keypad/NAME.yaml, then try it: halld key-test … --profile NAME',
    '# Labels (zh, en), lamps and timing are yours to add: see the profiles that come with halld.',
  ];
  return `${head.join('\n')}\n${stringify(profile, { lineWidth: 110, collectionStyle: 'any' })}`;
}

function linkOf(args: KeyTestArgs, world: KeyTestWorld): PortLink {
  const { port } = args;
  const name = port.kind === 'serial' ? port.path : 'pad';
  const { clock, random } = world;
  return new PortLink({ clock, random, log: silentLog }, { name, makePort: world.portMaker(port) });
}

/** Waits for the port; says why when it does not open. */
async function opened(link: PortLink, { clock, tell }: KeyTestWorld): Promise<boolean> {
  if (link.port !== undefined) return true;
  const up = await new Promise<boolean>((resolve) => {
    const stop = link.opened.on(() => {
      timer.cancel();
      stop();
      resolve(true);
    });
    const timer = clock.after(openWithinMs, () => {
      stop();
      resolve(false);
    });
  });
  if (!up) tell(link.lastError?.message ?? `${link.name} does not open`);
  return up;
}

function ended({ seconds: limit }: KeyTestArgs, { clock, stopped }: KeyTestWorld): Promise<void> {
  if (limit === undefined) return stopped;
  return new Promise((resolve) => {
    const timer = clock.after(limit * 1000, resolve);
    void stopped.then(() => {
      timer.cancel();
      resolve();
    });
  });
}

function seconds(atMs: number): string {
  return (atMs / 1000).toFixed(3).padStart(10);
}
