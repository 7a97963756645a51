/** The scanner driver on real nodes, with the simulated scanner behind it: codes whole and once, pulled in the middle of one. */
import { createScanner } from '../../../../drivers/scanner/registry.ts';
import { createSimulatedScanner } from '../../../../drivers/simulated/scanner/simulated-scanner.ts';
import { clock, driverOn } from './driver-rig.ts';
import { acm, type Socket, virtual } from './pad-sockets.ts';
import { type Bench, type Scenario, same, until } from './scenario.ts';
import { descriptors } from './uhid.ts';

interface ScannerCase {
  readonly what: string;
  readonly protocol: string;
  readonly code: string;
  /** The beginning of another code. */
  readonly half: readonly number[];
  connect(bench: Bench): Socket | Promise<Socket>;
}

/** Longer than one report of a point-of-sale scanner. */
const longCode = `https://q.example.gov.cn/t/20261123/A012/${'0123456789'.repeat(3)}`;

const scannerCases: readonly ScannerCase[] = [
  {
    what: 'a point-of-sale scanner',
    protocol: 'hid-pos-scan',
    code: longCode,
    half: [2, 56, ...Buffer.from('B'.repeat(56))],
    connect: (bench) => virtual(bench, 0x5304, descriptors.scanner),
  },
  {
    what: 'a scanner that types',
    protocol: 'keyboard-scan',
    // The kernel keeps 64 reports (drivers/hid/hidraw.c), which a slow emulated machine may need: two a character.
    code: 'tian-A012/20261123',
    half: [0, 0, 0x05, 0, 0, 0, 0, 0],
    connect: (bench) => virtual(bench, 0x5305, descriptors.keyboard),
  },
  {
    what: 'a serial scanner (CDC-ACM)',
    protocol: 'serial-scan',
    code: longCode,
    half: [...Buffer.from('B01')],
    connect: acm,
  },
];

export const scannerScenarios: readonly Scenario[] = scannerCases.map(({ what, protocol, code, half, connect }) => ({
  name: `scanner: ${what}: codes come whole and once; pulled in the middle of one it gives none`,
  async run(bench) {
    const socket = await connect(bench);
    // Under emulation a scanner's keys come no faster than a person's.
    const options = protocol === 'keyboard-scan' ? { gap_ms: 500, give_up_ms: 5000 } : {};
    const settings = { protocol, profile: undefined, options };
    const machine = createSimulatedScanner(settings, { end: socket.end, clock, name: 'scanner' });
    const { context, heard } = driverOn(bench, 'k1-scanner', socket.options);
    const scanner = await createScanner(settings, context);
    const codes: string[] = [];
    scanner.scanned.on(({ text }) => codes.push(text));
    scanner.start();
    bench.atEnd(() => scanner.close());
    await until('it is ready', () => scanner.health.state === 'ready');
    machine.act({ type: 'scan', text: code });
    await until('the code', () => codes.length > 0);
    same('codes', codes, [code]);
    const before = heard.data.length;
    socket.end.send(Uint8Array.from(half));
    await until('its beginning', () => heard.data.length > before);
    await socket.pull();
    await until('the loss', () => heard.link.state !== 'open');
    bench.note(`ready again ${await heard.backAfter(() => socket.putBack())} ms after the plug`);
    machine.act({ type: 'scan', text: 'A013' });
    await until('the next code', () => codes.length > 1);
    same('codes', codes, [code, 'A013']);
  },
}));
