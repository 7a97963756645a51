/** Problems of a hall's file for the tests: the small hall with one slip in it, and the place where it must be told. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DriverCatalogue } from './catalogue.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { hallFrom } from './load.ts';

export const smallHall = readFileSync('config/halls/small.yaml', 'utf8');
const mark = '§';

/** A catalogue of its own: what the drivers offer today is not what is tested here. */
export const catalogue: DriverCatalogue = {
  classes: {
    'ticket-printer': {
      protocols: {
        escpos: async () => ({
          options: z.strictObject({ copies: z.int().min(1).max(3).default(1) }),
          multiDrop: false,
        }),
      },
      profile: z.looseObject({}),
      paperDotsOf: (profile) => (profile as { dots?: number } | undefined)?.dots ?? 576,
      logosOf: ({ logos }) => Object.keys(logos ?? {}),
    },
    'line-display': {
      protocols: {
        'onbon-bx-k': async () => ({
          options: z.strictObject({ width: z.int().optional() }),
          multiDrop: true,
          font: () => ({ name: 'GB 2312', has: (character) => character !== '镕' && inPaperFont(character) }),
        }),
      },
      profile: z.looseObject({}),
      optionsOf: (profile) => profile as Record<string, unknown>,
    },
    keypad: {
      protocols: {
        'serial-frame': async () => ({ options: z.strictObject({}), unit: 'bytes', needsProfile: true }),
        'hid-table': async () => ({ options: z.strictObject({}), unit: 'report', needsProfile: true }),
      },
      profile: z.looseObject({ protocol: z.string(), keys: z.array(z.object({ key: z.string() })) }),
      protocolOf: (profile) => (profile as { protocol: string }).protocol,
      keysOf: (profile) => (profile as { keys: { key: string }[] }).keys.map(({ key }) => key),
    },
  },
  font: { name: 'GBK', has: inPaperFont },
};

function inPaperFont(character: string): boolean {
  return character !== '㐂' && character !== '😀';
}

export async function problemsOf(text: string): Promise<readonly ConfigProblem[]> {
  try {
    await hallFrom(text, 'small.yaml', { catalogue, profilesFolder: 'config/test-data/profiles' });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems;
  }
}

/** The small hall with each `from` replaced; `§` marks where the problem must be told, and is taken out. */
export function edited(edits: readonly (readonly [string, string])[]): { text: string; place: string } {
  let text = smallHall;
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`the small hall has no ${JSON.stringify(from)}`);
    text = text.replace(from, () => to);
  }
  const before = text.slice(0, text.indexOf(mark)).split('\n');
  return { text: text.replace(mark, ''), place: `${before.length}:${(before.at(-1)?.length ?? 0) + 1}` };
}

/** Name, what is replaced, by what, what is wrong, the beginning of what would be right; then further edits. */
export type Case = readonly [string, string, string, string, string, ...(readonly [string, string])[]];

export function describeCases(name: string, cases: readonly Case[]): void {
  describe(name, () => {
    test.each(cases.map((each) => [each[0], each] as const))('%s', async (_title, each) => {
      const [, from, to, wrong, right, ...more] = each;
      const { text, place } = edited([[from, to], ...more]);
      const problems = await problemsOf(text);
      const found = problems.map((problem) => `${problem.line}:${problem.column}: ${problem.wrong}; ${problem.right}`);
      // One slip, one problem: nothing else is blamed for it.
      expect(found).toEqual([expect.stringContaining(`${place}: ${wrong}; ${right}`)]);
    });
  });
}
