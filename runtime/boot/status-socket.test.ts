import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../drivers/clock.ts';
import { silentLog } from '../../drivers/log.ts';
import { PortTrace } from '../../drivers/port/trace.ts';
import type { NodeStatus } from '../node/hall-node.ts';
import { askAll } from './commands/status.ts';
import { traceText } from './describe-port.ts';
import { askStatus, followTrace, serveStatus } from './status-socket.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'halld-socket-'));
const file = path.join(folder, 'k1.status');
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the socket gives the status, the kept trace, and what comes after it', async () => {
  const trace = new PortTrace({ clock: systemClock, log: silentLog });
  const status = { node: 'k1' } as NodeStatus;
  const served = await serveStatus(
    { log: silentLog },
    { file, status: () => status, trace: (port) => (port === 'printer' ? trace : undefined) },
  );
  stops.push(() => served.close());
  expect(await askStatus(file)).toEqual(status);
  trace.chunk('out', Uint8Array.of(0x10, 0x04, 0x01));
  const lines: string[] = [];
  const two = Promise.withResolvers<void>();
  const following = followTrace(file, { port: 'printer', follow: true }, (line) => {
    lines.push(line);
    if (lines.length === 1) trace.chunk('in', Uint8Array.of(0x12));
    else two.resolve();
  });
  await two.promise;
  following.stop();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { kind: 'out', hex: '100401' },
    { kind: 'in', hex: '12' },
  ]);
  const other = followTrace(file, { port: 'none', follow: true }, () => {});
  expect(await other.ended).toBe('ended');
  const nobody = followTrace(path.join(folder, 'k2.status'), { port: 'printer', follow: true }, () => {});
  expect(await nobody.ended).toBe('no-answer');
});

test('of the nodes asked, one that hangs is named; one that was never started is not', async () => {
  mkdirSync(folder, { recursive: true });
  const hanging = net.createServer(() => {});
  await new Promise<void>((resolve) => hanging.listen(path.join(folder, 'k3.status'), resolve));
  stops.push(() => hanging.close());
  expect(await askAll(folder, ['k2', 'k3'], 50)).toEqual({ statuses: [], silent: ['k3'] });
});

test('a pad and a board are described by their own protocols', () => {
  const keyboard = { device: 'w1-pad', slot: 'pad', class: 'keypad', protocol: 'hid-keyboard', options: {} };
  const pad = traceText([keyboard]);
  const report = (...bytes: number[]) => pad({ atMs: 5, kind: 'in', bytes: Uint8Array.from(bytes) });
  expect(report(0, 0, 0x04, 0, 0, 0, 0, 0)).toMatch(/HID press key /);
  expect(pad({ atMs: 6, kind: 'in', bytes: new Uint8Array(), text: 'key digit' })).toContain('(key digit)');
});
