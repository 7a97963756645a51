/** `halld sms-test` as a process: a modem behind a serial port, and a provider's HTTP interface that is there, slow, or away. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { SimulatedCable } from '../../../drivers/simulated/cable.ts';
import { createSimulatedModem } from '../../../drivers/simulated/modem/simulated-modem.kit.ts';
import { PtyCables } from '../worlds/pty-cable.ts';
import { lacking } from './peer-program.ts';

const lacksSocat = lacking([{ command: 'socat', args: ['-V'], package: 'socat' }]);
const halld = path.resolve(import.meta.dirname, '../../boot/halld.mjs');
const undo: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const each of undo.splice(0)) await each();
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [halld, 'sms-test', ...args], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
    );
  });
}

test.skipIf(lacksSocat !== undefined)(
  'a modem behind a serial port: sent, delivered, the number masked',
  async () => {
    const cables = new PtyCables();
    undo.push(() => cables.close());
    const context = { clock: systemClock, random: seededRandom(1), log: silentLog };
    const cable = new SimulatedCable({ name: 'modem', clock: systemClock, unit: 'bytes' });
    const modem = createSimulatedModem(context, { end: cable });
    const device = await cables.lay(() => cable.makePort());
    const ran = await run('--serial', device, '--to', '13800138000', '--text', '请A042号到3号窗口');
    expect(ran).toMatchObject({ code: 0, out: 'to 138****8000: sent\nreport: delivered (0x00)\n' });
    expect(ran.err).not.toContain('13800138000');
    expect(modem.look().messages).toEqual([{ to: '13800138000', text: '请A042号到3号窗口' }]);
  },
  60_000,
);

interface Provider {
  readonly optionsFile: string;
  readonly bodies: string[];
}

async function provider(
  answer: (server: Server) => { status: number; body: string } | 'cut' | 'away',
): Promise<Provider> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(body);
      const said = answer(server);
      if (typeof said === 'string') request.socket.destroy();
      else response.writeHead(said.status).end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (answer(server) === 'away') await new Promise((resolve) => server.close(resolve));
  const folder = mkdtempSync(path.join(tmpdir(), 'sms-test-'));
  const optionsFile = path.join(folder, 'options.json');
  const options = {
    url: `http://127.0.0.1:${port}/send`,
    allow_http: true,
    body: '{"to":"{to}","text":"{text}"}',
    success: { field: 'code', values: ['0'] },
  };
  writeFileSync(optionsFile, JSON.stringify(options));
  undo.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => {
      server.closeAllConnections();
      server.close();
    },
  );
  return { optionsFile, bodies };
}

const gateway = (file: string) => ['--gateway', 'template', '--options', file, '--to', '13800138000', '--text', 'A042'];

test('a provider: sent', async () => {
  const { optionsFile, bodies } = await provider(() => ({ status: 200, body: '{"code":0}' }));
  expect(await run(...gateway(optionsFile))).toMatchObject({ code: 0, out: 'to 138****8000: sent\n' });
  expect(bodies).toEqual(['{"to":"13800138000","text":"A042"}']);
}, 60_000);

test.each([
  ['refuses', { status: 200, body: '{"code":"bad-sign"}' }, 'not sent (bad-sign)'],
  [
    'fails',
    { status: 503, body: '' },
    'unknown: it may have gone (http-503); look at the telephone before you send it again',
  ],
  [
    'cuts the connection',
    'cut',
    'unknown: it may have gone (UND_ERR_SOCKET); look at the telephone before you send it again',
  ],
  ['is away', 'away', 'not sent (ECONNREFUSED)'],
] as const)(
  'a provider that %s',
  async (_name, answer, sentence) => {
    const { optionsFile } = await provider(() => answer);
    expect(await run(...gateway(optionsFile))).toMatchObject({ code: 1, out: `to 138****8000: ${sentence}\n` });
  },
  60_000,
);

test.each([
  [[], '--to NUMBER is missing'],
  [['--to', '1'], 'name one of --serial and --gateway'],
  [['--to', '1', '--gateway', 'pigeon'], '--gateway is one of: mas, aliyun, tencent, template, cmpp'],
  [['--to', '1', '--gateway', 'mas'], 'secret_key'],
  [['--to', '1', '--gateway', 'cmpp'], '--tcp is written HOST:PORT'],
])(
  'usage: %j',
  async (args, why) => {
    const ran = await run(...args);
    expect(ran.code).toBe(64);
    expect(ran.err).toContain(why);
  },
  60_000,
);
