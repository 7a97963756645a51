/** Bench part `memory`: what a real `halld node` holds and how soon it is connected, wired to a real `halld hub` in another process. */
import path from 'node:path';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import type { BenchPart, BenchTable } from '../bench-part.ts';
import { type BigHall, bigHall } from './big-hall.ts';
import { HallProcesses } from './hall-processes.ts';

const windows = 4;
const tickets = 10;
const everyMs = 2_500;
const settleMs = 3_000;
const lookEveryMs = 5;
const picture = path.resolve(import.meta.dirname, '../../../docs/ticket-en.png');
const startTargetMs = 500;

interface Box {
  readonly what: string;
  readonly node: string;
  readonly hall: BigHall;
  readonly targetMb: number;
}

export const memory: BenchPart = {
  async run(): Promise<readonly BenchTable[]> {
    const plain = bigHall({ kiosks: 1, windows });
    const boxes: readonly Box[] = [
      { what: 'kiosk, text in the printer’s own font', node: 'k1', hall: plain, targetMb: 85 },
      { what: `${windows} windows, a board and a pad each`, node: 'n1', hall: plain, targetMb: 85 },
      { what: 'kiosk, with a picture that the canvas reads', node: 'k1', hall: withLogo(plain), targetMb: 110 },
    ];
    const rows: BenchTable['rows'][number][] = [];
    for (const box of boxes) rows.push(await measure(box));
    return [
      {
        title: 'A box: memory, and how soon it is connected',
        rows,
        notes: [
          `after ${tickets} presses; "first start" has nothing compiled before, "start" is every later one (target ${startTargetMs} ms to a fresh hub)`,
          'processor ms: what a start costs whatever else the machine does',
        ],
      },
    ];
  },
};

async function measure({ what, node, hall, targetMb }: Box): Promise<BenchTable['rows'][number]> {
  const processes = new HallProcesses({ hall, processes: [], cache: true });
  try {
    await processes.start();
    const first = await start(processes, node);
    await processes.kill(node, 'SIGTERM');
    const again = await start(processes, node);
    await sleep(systemClock, settleMs);
    const keys = processes.machines.filter(
      ({ part, node: here }) => here === node && part !== 'printer' && part !== 'board',
    );
    for (let n = 0; n < tickets; n++) {
      const keypad = keys[n % keys.length];
      keypad?.act({ type: 'press', key: keypad.part === 'panel' ? '1' : 'open' });
      await sleep(systemClock, everyMs / keys.length);
    }
    await sleep(systemClock, settleMs);
    const cost = processes.costs().get(node);
    return {
      box: what,
      'resident MB': Math.round(cost?.rssMb ?? Number.NaN),
      'own and shared part MB': Math.round(cost?.pssMb ?? Number.NaN),
      'its own data MB': Math.round(cost?.anonymousMb ?? Number.NaN),
      'target MB': targetMb,
      'start ms': Math.round(again.ms),
      'processor ms': again.cpuMs,
      'first start ms': Math.round(first.ms),
    };
  } finally {
    await processes.stop();
  }
}

async function start(processes: HallProcesses, node: string): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const from = performance.now();
  const running = processes.startNodes([node]);
  await processes.connected(node, lookEveryMs);
  const ms = performance.now() - from;
  await running;
  return { ms, cpuMs: processes.costs().get(node)?.cpuMs ?? Number.NaN };
}

/** A picture of the hall on each kiosk's printer: the canvas reads it. */
function withLogo(hall: BigHall): BigHall {
  const nodes = hall.nodes.map((node) => ({
    ...node,
    devices: node.devices.map((device) =>
      device.role === 'ticket-kiosk'
        ? { ...device, printer: { ...(device.printer as object), options: { logos: { emblem: { file: picture } } } } }
        : device,
    ),
  }));
  return { ...hall, nodes };
}
