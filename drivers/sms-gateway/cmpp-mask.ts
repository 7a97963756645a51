/** Keeps numbers, texts and the login's signature out of the trace of a CMPP connection: what is longer than an answer is left out. */
import type { TraceMask } from '../port/trace.ts';
import { cmppCommand } from './cmpp-codec.ts';

/** CONNECT_RESP of version 3, the longest message without a number in it. */
const longestPlain = 33;
const withoutBody = new Set<number>([cmppCommand.activeTest, cmppCommand.activeTestResp, cmppCommand.terminate]);

export const cmppMask: TraceMask = (direction, bytes) => {
  const command = bytes.length >= 8 ? Buffer.from(bytes).readUInt32BE(4) : 0;
  if (direction === 'out' && (withoutBody.has(command) || command === cmppCommand.deliverResp)) return undefined;
  if (direction === 'in' && bytes.length <= longestPlain && command >= 0x80000000) return undefined;
  const name = Object.entries(cmppCommand).find(([, code]) => code === command)?.[0] ?? 'message';
  return `${name}, ${bytes.length} octets`;
};
