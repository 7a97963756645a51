/**
 * Looks for personal data in the bytes of files: what stays in a page, a free page, or a log after a row was deleted is
 * still there for whoever copies the disk. Knows mainland mobile numbers and identity numbers (GB 11643), and any text.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

export interface Trace {
  readonly file: string;
  readonly offset: number;
  readonly what: 'mobile number' | 'identity number' | 'text';
}

const chunkBytes = 1024 * 1024;
/** Longer than anything looked for. */
const overlapBytes = 512;
const mostTraces = 1_000;

/** Not within a longer number or word: an instant has 13 digits, a digest letters too. */
const patterns = [
  ['mobile number', /(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])/g],
  [
    'identity number',
    /(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/g,
  ],
] as const;

export interface ScanResult {
  readonly files: number;
  readonly bytes: number;
  /** At most a thousand. */
  readonly traces: readonly Trace[];
}

/** Every file below the folder, whatever its name. */
export function scanForPersonalData(folder: string, texts: readonly string[] = []): ScanResult {
  const needles = texts.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]);
  const traces: Trace[] = [];
  let files = 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files += 1;
    bytes += statSync(file).size;
    scanFile(file, needles, traces);
  }
  return { files, bytes, traces };
}

function scanFile(file: string, needles: readonly Buffer[], traces: Trace[]): void {
  const handle = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes + overlapBytes + 1);
    for (let at = 0; traces.length < mostTraces; at += chunkBytes) {
      // One byte before, so that the tail of a longer number is not taken for one.
      const lead = at === 0 ? 0 : 1;
      const read = readSync(handle, chunk, 0, chunk.length, at - lead);
      if (read <= lead) return;
      const piece = chunk.subarray(0, read);
      // What begins in the overlap is found with the next piece.
      const add = (index: number, what: Trace['what']) => {
        const offset = index - lead;
        if (offset >= 0 && offset < chunkBytes && traces.length < mostTraces)
          traces.push({ file, offset: at + offset, what });
      };
      const latin = piece.toString('latin1');
      for (const [what, pattern] of patterns) for (const { index } of latin.matchAll(pattern)) add(index, what);
      for (const needle of needles) {
        for (let found = piece.indexOf(needle); found >= 0; found = piece.indexOf(needle, found + 1))
          add(found, 'text');
      }
      if (read - lead <= chunkBytes) return;
    }
  } finally {
    closeSync(handle);
  }
}
