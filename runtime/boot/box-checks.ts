/** What on a box keeps a hall from working, each finding with its remedy. */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { NativeLibrary } from '../../drivers/port/native-libraries.ts';
import { listHid, listPrinters, listSerial, type SystemRoots } from '../../drivers/port/sysfs.ts';
import { detectUnusable, isKeyboard } from './detect-ports.ts';
import { clockSynchronised, hasBatteryClock } from './system-clock-witness.ts';

export interface Finding {
  readonly level: 'well' | 'warning' | 'error';
  readonly code: string;
  readonly text: string;
  readonly remedy?: string;
}

const neededNode = 24;
const fsyncRounds = 20;
const fsyncBlockBytes = 4096;
/** A press is durable before it counts: beyond these a visitor waits, or the disk is about to fail. */
const fsyncSlowMs = 20;
const fsyncBadMs = 200;
const freeLowBytes = 500 * 1024 * 1024;

export function checkNode(version = process.versions.node): Finding {
  if (Number.parseInt(version, 10) >= neededNode) return well('node', `Node ${version}`);
  return wrong(
    'error',
    'node-old',
    `Node ${version} is too old`,
    '"npm ci" brings the right one: start by "npx halld"',
  );
}

/** In a process of their own: a missing library must not take this one along. */
export function checkLibraries(): Finding[] {
  return [tryLibrary('serialport'), tryLibrary('node-hid')];
}

function tryLibrary(name: NativeLibrary): Finding {
  const module = new URL('../../drivers/port/native-libraries.ts', import.meta.url).href;
  const script = `import('${module}').then(({ loadNativeLibrary }) => loadNativeLibrary('${name}'))`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status === 0) return well(`library-${name}`, `${name} loads`);
  const missing = /(lib\S+\.so\S*): cannot open/.exec(stderr)?.[1]?.replace(/:$/, '');
  return wrong(
    'error',
    `library-${name}`,
    `${name} does not load${missing === undefined ? '' : `: ${missing} is missing`}`,
    missing === undefined ? 'run "npm ci" again' : 'apt-get install libudev1 libusb-1.0-0',
  );
}

export function checkPermissions(roots: SystemRoots): Finding[] {
  const nodes = [...listHid(roots), ...listSerial(roots), ...listPrinters(roots)].map(({ node }) => node);
  const refused = nodes.filter((node) => !canOpen(node));
  if (refused.length === 0) return [well('permissions', `${nodes.length} device nodes may be opened by this user`)];
  return refused.map((node) =>
    wrong(
      'error',
      'permission',
      `${node} may not be opened by this user`,
      'install docs/udev/70-halld.rules and add the user to group "hall"',
    ),
  );
}

/** A printer that is plugged in and that no port of a hall's file can name. */
export function checkPrinters(roots: SystemRoots): Finding[] {
  const unusable = detectUnusable(roots);
  if (unusable.length === 0) return [well('printers', 'no USB printer is set to a vendor class')];
  return unusable.map(({ what, remedy }) => wrong('warning', 'printer-vendor-class', what, remedy));
}

function canOpen(node: string): boolean {
  try {
    accessSync(node, constants.R_OK | constants.W_OK);
    return true;
  } catch (error) {
    // Pulled while we look: not a matter of permission.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT';
  }
}

export function checkKeyboards(roots: SystemRoots): Finding[] {
  const keyboards = listHid(roots).filter(isKeyboard);
  const leaking = keyboards.filter(({ folder }) =>
    namesIn(join(folder, 'input')).some((name) => readText(join(folder, 'input', name, 'inhibited')) === '0'),
  );
  if (leaking.length === 0) return [well('keyboards', 'no keyboard types into the console')];
  return leaking.map(({ name, vid, pid }) => {
    const [vendor, product] = [vid, pid].map((id) => id.toString(16).padStart(4, '0'));
    return wrong(
      'warning',
      'keyboard-leaks',
      `what is typed on "${name}" also goes to the console of this box`,
      `if it is a pad or a scanner: in docs/udev/71-halld-keyboards.rules SUBSYSTEM=="input", KERNEL=="input*", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", ATTR{inhibited}="1"`,
    );
  });
}

/** Both take serial adapters away: ModemManager sends AT to each new port, brltty claims CH340 and CP210x. */
export function checkThieves(root = '/'): Finding[] {
  const thieves = [
    { name: 'ModemManager', files: ['usr/sbin/ModemManager'], remedy: 'apt-get remove modemmanager' },
    {
      name: 'brltty',
      files: ['usr/bin/brltty', 'bin/brltty', 'usr/lib/udev/rules.d/85-brltty.rules'],
      remedy: 'apt-get remove brltty',
    },
  ];
  const present = thieves.filter(({ files }) => files.some((file) => existsSync(join(root, file))));
  if (present.length === 0) return [well('thieves', 'nothing here takes serial ports away')];
  return present.map(({ name, remedy }) =>
    wrong('error', 'port-thief', `${name} is installed and takes serial adapters away`, remedy),
  );
}

export function checkConsole(commandLine = readText('/proc/cmdline') ?? ''): Finding[] {
  const taken = [...commandLine.matchAll(/\bconsole=(tty(?:S|AMA|USB)\d+)/g)].map(([, name]) => name);
  return taken.map((name) =>
    wrong(
      'warning',
      'console-on-serial',
      `the kernel's console is on ${name}`,
      `if a device of the hall is there: take console=${name} out of the boot line`,
    ),
  );
}

/** The disk under the outbox: how long it takes to make one block durable. */
export function checkDisk(folder: string): Finding[] {
  if (!existsSync(folder))
    return [wrong('error', 'no-folder', `there is no folder ${folder}`, 'name the data folder by --data')];
  const work = mkdtempSync(join(folder, 'halld-doctor-'));
  try {
    const file = openSync(join(work, 'block'), 'w');
    const block = Buffer.alloc(fsyncBlockBytes);
    const times: number[] = [];
    for (let round = 0; round < fsyncRounds; round += 1) {
      writeSync(file, block);
      const startMs = performance.now();
      fsyncSync(file);
      times.push(performance.now() - startMs);
    }
    closeSync(file);
    const { bavail, bsize } = statfsSync(folder);
    return [judgeDisk(times), judgeSpace(bavail * bsize, folder)];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export function judgeDisk(times: readonly number[]): Finding {
  const sorted = [...times].sort((left, right) => left - right);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const worst = sorted.at(-1) ?? 0;
  const text = `the disk makes a block durable in ${median.toFixed(1)} ms (slowest of ${times.length}: ${worst.toFixed(1)} ms)`;
  if (median < fsyncSlowMs) return well('disk', text);
  const remedy = 'use an industrial SD card or an SSD for the data folder; a card this slow is often worn out';
  return wrong(median < fsyncBadMs ? 'warning' : 'error', 'disk-slow', text, remedy);
}

function judgeSpace(free: number, folder: string): Finding {
  const text = `${Math.round(free / 1024 / 1024)} MB free at ${folder}`;
  return free >= freeLowBytes
    ? well('space', text)
    : wrong('error', 'disk-full', text, 'make room, or the outbox stops');
}

/** Press times, tickets and opening hours stand on it. */
export function checkClock(synchronized = clockSynchronised()): Finding {
  if (synchronized === true) return well('clock', 'the clock is synchronized');
  const text =
    synchronized === false ? 'the clock is not synchronized' : 'nothing tells whether the clock is synchronized';
  return wrong(
    'warning',
    'clock',
    text,
    "systemctl enable --now systemd-timesyncd, or install chrony, with the hall's time server",
  );
}

/** Without one, the time after a power cut is a guess until a time server answers. */
export function checkBatteryClock(present = hasBatteryClock()): Finding {
  if (present) return well('battery-clock', 'the machine has a battery clock');
  const remedy = 'fit a clock module with a battery, or make sure that a time server answers soon after a power cut';
  return wrong('warning', 'battery-clock', 'the machine has no battery clock (/sys/class/rtc is empty)', remedy);
}

function well(code: string, text: string): Finding {
  return { level: 'well', code, text };
}

function wrong(level: 'warning' | 'error', code: string, text: string, remedy: string): Finding {
  return { level, code, text, remedy };
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
