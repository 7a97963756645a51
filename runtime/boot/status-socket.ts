/** A node's own word about itself on a socket of its box, for `halld status` when neither hub nor broker is there. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { NodeStatus } from '../node/hall-node.ts';

const answerLimit = 1_000_000;

export function statusSocketPath(dataFolder: string, node: string): string {
  return path.join(dataFolder, `${node}.status`);
}

export async function serveStatus(file: string, status: () => NodeStatus): Promise<{ close(): void }> {
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
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
        finish(undefined);
      }
    });
  });
}
