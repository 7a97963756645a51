/** A node's status on a socket of its box, for `halld status` when neither hub nor broker is there. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Log } from '../../drivers/log.ts';
import type { NodeStatus } from '../node/hall-node.ts';

const answerLimit = 1_000_000;

/** `sun_path` of unix(7) holds 108 bytes with the closing zero. */
const longestSocketPath = 107;

/** In the data folder; where that path is too long for a socket, under a name made from it in the folder for temporary files. */
export function statusSocketPath(dataFolder: string, node: string): string {
  const usual = path.join(dataFolder, `${node}.status`);
  if (Buffer.byteLength(usual) <= longestSocketPath) return usual;
  const digest = createHash('sha256').update(path.resolve(usual)).digest('hex').slice(0, 24);
  return path.join(os.tmpdir(), `halld-${digest}.status`);
}

export async function serveStatus(file: string, status: () => NodeStatus, log: Log): Promise<{ close(): void }> {
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const server = net.createServer((socket) => {
    socket.on('error', (error) => log.debug({ error: error.message }, 'who asked for the status went away'));
    socket.end(`${JSON.stringify(status())}\n`);
  });
  server.maxConnections = 8;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, resolve);
  });
  chmodSync(file, 0o600);
  return {
    close: () => {
      server.close();
      rmSync(file, { force: true });
    },
  };
}

/** `undefined`: no node answers there. */
export function askStatus(file: string, deadlineMs = 3_000): Promise<NodeStatus | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect(file);
    const finish = (status: NodeStatus | undefined) => {
      socket.destroy();
      resolve(status);
    };
    let text = '';
    socket.setTimeout(deadlineMs, () => finish(undefined));
    socket.on('error', () => finish(undefined));
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
      if (text.length > answerLimit) finish(undefined);
    });
    socket.on('end', () => {
      try {
        finish(JSON.parse(text) as NodeStatus);
      } catch {
        // No whole answer: the node ended while it wrote.
        finish(undefined);
      }
    });
  });
}
