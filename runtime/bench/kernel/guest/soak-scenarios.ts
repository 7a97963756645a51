/** Plugging for years: nothing may grow. */
import { readdirSync, readFileSync } from 'node:fs';
import { listPrinters } from '../../../../drivers/port/sysfs.ts';
import { Ftdi, serialAt } from './ftdi.ts';
import { Gadget } from './gadget.ts';
import { printerPort } from './printer-scenarios.ts';
import { type Bench, type Heard, listen, type Scenario, same, until } from './scenario.ts';
import { descriptors, UhidEnd } from './uhid.ts';

interface Use {
  readonly rssMb: number;
  readonly files: number;
  readonly threads: number;
}

function use(): Use {
  (globalThis as { gc?: () => void }).gc?.();
  const threads = /Threads:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return {
    rssMb: Math.round(process.memoryUsage().rss / 104_857.6) / 10,
    files: readdirSync('/proc/self/fd').length,
    threads: Number(threads),
  };
}

/** A long run says in between that it lives. */
const tellEveryRounds = 100;

const show = ({ rssMb, files, threads }: Use) => `${rssMb} MB, ${files} files, ${threads} threads`;
/** What a heap may breathe between two looks. */
const slackMb = 16;

interface Plug {
  readonly heard: Heard;
  plug(): unknown;
  unplug(): unknown;
  /** The device says one byte that it has not said before; `sent` is how it arrives, in hex. */
  say(count: number): string;
}

async function round({ heard, plug, unplug, say }: Plug, count: number): Promise<void> {
  await plug();
  await until('it opens', () => heard.link.state === 'open');
  const wanted = say(count);
  await until('what it says', () => heard.data.length > 0);
  same('what it says', heard.data.splice(0), [wanted]);
  await unplug();
  await until('the loss', () => heard.link.state !== 'open');
  heard.events.length = 0;
}

const byteHex = (count: number) => (count % 256).toString(16).padStart(2, '0');

const kinds: Readonly<Record<string, (bench: Bench) => Promise<Plug>>> = {
  async 'an HID pad'(bench) {
    const heard = listen(bench, 'pad', { kind: 'hid', vid: 0x1234, pid: 0x99 });
    const end = new UhidEnd({ name: 'Soak', vid: 0x1234, pid: 0x99, descriptor: descriptors.vendorPad });
    bench.atEnd(() => end.unplug());
    return {
      heard,
      plug: () => end.plug(),
      unplug: () => end.unplug(),
      say: (count) => {
        end.send(Uint8Array.from([1, count % 256, 0, 0, 0, 0, 0, 0]));
        return `01${byteHex(count)}000000000000`;
      },
    };
  },
  async 'a serial adapter (FTDI)'(bench) {
    const ftdi = await Ftdi.find(bench);
    const heard = listen(bench, 'serial', serialAt(ftdi.path));
    bench.atEnd(() => ftdi.plug());
    await ftdi.unplug();
    return {
      heard,
      plug: () => ftdi.plug(),
      unplug: () => ftdi.unplug(),
      say: (count) => {
        ftdi.end.send(Uint8Array.from([count % 256]));
        return byteHex(count);
      },
    };
  },
  async 'a USB printer'(bench) {
    const gadget = new Gadget(bench, 'soak', { serial: 'GK-1', printer: true });
    const heard = listen(bench, 'printer', printerPort);
    return {
      heard,
      plug: () => gadget.plug(0),
      unplug: async () => {
        await gadget.unplug();
        await until('the node has gone', () => listPrinters().length === 0);
      },
      say: (count) => {
        gadget.printer?.send(Uint8Array.from([count % 256]));
        return byteHex(count);
      },
    };
  },
};

export const soakScenarios: readonly Scenario[] = Object.entries(kinds).map(([kind, connect]) => ({
  name: `soak: ${kind} plugged and pulled, heard once each time; memory, files and threads stay`,
  async run(bench) {
    const plug = await connect(bench);
    // The first rounds fill what fills once: compiled code, pools, the library's threads.
    const warmUp = Math.max(3, Math.round(bench.rounds / 10));
    for (let count = 0; count < warmUp; count += 1) await round(plug, count);
    const before = use();
    const startMs = performance.now();
    for (let count = 0; count < bench.rounds; count += 1) {
      await round(plug, count);
      if ((count + 1) % tellEveryRounds === 0) console.log(`     ${count + 1} rounds: ${show(use())}`);
    }
    // A connection that was lost is closed in the background.
    await until('files and threads are as before', () => {
      const now = use();
      return now.files <= before.files && now.threads <= before.threads;
    });
    const after = use();
    bench.note(`${bench.rounds} rounds, ${Math.round((performance.now() - startMs) / bench.rounds)} ms each`);
    bench.note(`before: ${show(before)}; after: ${show(after)}`);
    if (after.rssMb > before.rssMb + slackMb) throw new Error('memory grows');
  },
}));
