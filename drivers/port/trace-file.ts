/** A saved port trace: JSON lines, first what the port and its drivers are, then each record. Read once, with the line of an error. */
import { z } from 'zod';

import type { TraceRecord } from './trace.ts';

const formatVersion = 1;
/** Ring and some hours of following. */
const maxLines = 1_000_000;

const zTracedDriver = z.strictObject({
  device: z.string(),
  slot: z.string(),
  class: z.string(),
  protocol: z.string(),
  /** The model's facts, so that a replay needs no other file. */
  profile: z.unknown().optional(),
  address: z.number().optional(),
  options: z.record(z.string(), z.unknown()),
});

export const zTraceHeader = z.strictObject({
  halld_trace: z.literal(formatVersion),
  software: z.string(),
  node: z.string(),
  port: z.string(),
  drivers: z.array(zTracedDriver),
});

const zTraceLine = z.strictObject({
  ms: z.number(),
  kind: z.enum(['in', 'out', 'opened', 'lost']),
  hex: z
    .string()
    .regex(/^([0-9a-f]{2})*$/i, 'pairs of hex digits')
    .optional(),
  text: z.string().optional(),
});

export type TracedDriver = z.infer<typeof zTracedDriver>;
export type TraceHeader = z.infer<typeof zTraceHeader>;

export function traceLine({ atMs, kind, bytes, text }: TraceRecord): string {
  const ms = Math.round(atMs * 1000) / 1000;
  return JSON.stringify(
    text === undefined ? { ms, kind, hex: Buffer.from(bytes).toString('hex') } : { ms, kind, text },
  );
}

/** Throws an error that names the line. */
export function parseTraceLine(line: string): TraceRecord {
  const { ms, kind, hex: octets, text } = zTraceLine.parse(JSON.parse(line));
  return {
    atMs: ms,
    kind,
    bytes: Uint8Array.from(Buffer.from(octets ?? '', 'hex')),
    ...(text === undefined ? {} : { text }),
  };
}

export function parseTrace(content: string): {
  readonly header: TraceHeader;
  readonly records: readonly TraceRecord[];
} {
  const [first = '', ...rest] = content.split('\n').filter((line) => line.trim() !== '');
  if (rest.length > maxLines) throw new Error(`more than ${maxLines} lines: cut the file`);
  const numbered = <T>(line: number, parse: () => T): T => {
    try {
      return parse();
    } catch (cause) {
      const why = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
      throw new Error(`line ${line}: ${why}`, { cause });
    }
  };
  const header = numbered(1, () => zTraceHeader.parse(JSON.parse(first)));
  return { header, records: rest.map((line, at) => numbered(at + 2, () => parseTraceLine(line))) };
}
