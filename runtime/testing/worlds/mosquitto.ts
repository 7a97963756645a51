/** For tests: Debian's Mosquitto on a free port of 127.0.0.1, with the settings a hall gives it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = '/usr/sbin/mosquitto';
const startWithinMs = 10_000;
const lookEveryMs = 20;

/** Why it cannot run here, or `undefined`. */
export const whyNoMosquitto: string | undefined =
  spawnSync(program, ['-h']).error === undefined
    ? undefined
    : `skipped: ${program} is not installed (apt install mosquitto)`;

export interface Mosquitto {
  readonly port: number;
  /** Killed (-9) and started again: in memory only, so it comes back empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startMosquitto(settings: readonly string[] = ['allow_anonymous true']): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), 'halld-mosquitto-'));
  const port = await freePort();
  const config = join(folder, 'mosquitto.conf');
  const lines = [
    `listener ${port} 127.0.0.1`,
    'user root',
    'persistence false',
    'set_tcp_nodelay true',
    'max_packet_size 66560',
    'max_keepalive 60',
    ...settings,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`);
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn(program, ['-c', config], { stdio: 'ignore' });
    await answers(port);
  };
  const kill = async () => {
    const dying = child;
    child = undefined;
    if (dying === undefined || dying.exitCode !== null) return;
    dying.kill('SIGKILL');
    await once(dying, 'exit');
  };
  await start();
  return {
    port,
    restart: async () => {
      await kill();
      await start();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function answers(port: number): Promise<void> {
  const endMs = performance.now() + startWithinMs;
  for (;;) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    if (performance.now() > endMs) throw new Error(`mosquitto does not listen on ${port} after ${startWithinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
