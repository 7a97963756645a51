/** A node's status, and the traces of its ports, on a socket of its box: for `halld status` and `halld trace` when neither hub nor broker is there. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { Log } from '../../drivers/log.ts';
import type { PortTrace } from '../../drivers/port/trace.ts';
import { traceLine } from '../../drivers/port/trace-file.ts';
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

/** What is asked on the socket, one line of JSON; nothing at all asks for the status. */
const zRequest = z.strictObject({ trace: z.strictObject({ port: z.string(), follow: z.boolean() }) });
export type TraceRequest = z.infer<typeof zRequest>['trace'];

const requestLimit = 1024;
/** Who asks for a trace does so at once; who sends nothing wants the status. */
const requestWithinMs = 100;
/** A follower that reads more slowly than the port talks is let go. */
const followerLimitBytes = 4_000_000;

export interface StatusSources {
  readonly file: string;
  readonly status: () => NodeStatus;
  readonly trace: (port: string) => PortTrace | undefined;
}

export async function serveStatus(
  { log }: { readonly log: Log },
  { file, status, trace }: StatusSources,
): Promise<{ close(): void }> {
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const server = net.createServer((socket) => {
    socket.on('error', (error) => log.debug({ error: error.message }, 'who asked for the status went away'));
    const answerStatus = setTimeout(() => socket.end(`${JSON.stringify(status())}\n`), requestWithinMs);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
      if (!text.includes('\n') && text.length < requestLimit) return;
      clearTimeout(answerStatus);
      socket.removeAllListeners('data');
      answerTrace(socket, text, trace, log);
    });
    socket.on('close', () => clearTimeout(answerStatus));
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

function answerTrace(socket: net.Socket, text: string, trace: StatusSources['trace'], log: Log): void {
  let request: TraceRequest;
  try {
    request = zRequest.parse(JSON.parse(text)).trace;
  } catch (error) {
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'a request on the socket was refused');
    socket.end();
    return;
  }
  const found = trace(request.port);
  for (const record of found?.records() ?? []) socket.write(`${traceLine(record)}\n`);
  if (found === undefined || !request.follow) {
    socket.end();
    return;
  }
  const stop = found.recorded.on((record) => {
    if (socket.writableLength < followerLimitBytes) socket.write(`${traceLine(record)}\n`);
    else {
      log.warn({ port: request.port }, 'a trace was ended: its reader is too slow');
      socket.destroy();
    }
  }, log);
  socket.on('close', stop);
}

/** Calls `take` with each line of the port's trace. `ended`: `no-answer` when no node runs there. */
export function followTrace(
  file: string,
  request: TraceRequest,
  take: (line: string) => void,
): { readonly ended: Promise<'ended' | 'no-answer'>; stop(): void } {
  const socket = net.connect(file);
  const { promise: ended, resolve } = Promise.withResolvers<'ended' | 'no-answer'>();
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('connect', () => socket.write(`${JSON.stringify({ trace: request })}\n`));
  socket.on('error', () => resolve('no-answer'));
  socket.on('close', () => resolve('ended'));
  socket.on('data', (bytes) => {
    const lines = (rest + String(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
  return { ended, stop: () => socket.destroy() };
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
