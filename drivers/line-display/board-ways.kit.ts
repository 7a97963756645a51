/** Every board protocol of the registry with the ways to use it: what a test of all protocols goes through. */
import { boardProtocols } from './registry.ts';

/** Further ways to use a protocol, each held to the same. A protocol that means nothing without options has its first here. */
const ways: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>> = {
  alpha: {
    '': {},
    acknowledging: { acknowledges: true },
    'that can be read': { reads: true },
    'with strings': { content: 'strings', lines: 2 },
    'with a picture': { content: 'picture', width: 64, height: 16 },
  },
  'onbon-bx-e': {
    '': {},
    'of the fifth series': { device: 'bx-5e2', colour: 'dual' },
    'of full colour': { device: 'bx-6q2', colour: 'full' },
  },
  'onbon-bx-k': { '': {}, 'of one line': { width: 64, height: 16 }, 'that clears itself': { clears_after_s: 60 } },
  modbus: {
    '': {},
    'on TCP': { transport: 'tcp' },
    'of two lines of text': {
      kind: 'text',
      columns: 16,
      lines: [1000, 2000],
      encoding: 'ascii-packed',
      check: 'write',
    },
    'of segments': { encoding: 'segments', blank: 0 },
    'register by register': { function: 6 },
  },
  am03127: { '': {}, 'that forgets': { keeps_pages: false } },
  'frame-recipe': {
    '': {
      paint: [
        [
          { part: 'hex', hex: '02' },
          { part: 'address', name: 'to' },
          { part: 'line', line: 1, width: 16 },
          { part: 'line', name: 'two', line: 2, width: 16 },
          { part: 'check', check: 'xor', of: { from: 'to', to: 'two' } },
          { part: 'hex', hex: '03' },
        ],
      ],
      answer: { ok: '06 @@', refuse: '15 @@' },
    },
  },
};

/** Name, protocol and options of each. */
export const boardWays = Object.keys(boardProtocols).flatMap((protocol) =>
  Object.entries(ways[protocol] ?? { '': {} }).map(
    ([way, options]) => [`${protocol} ${way}`.trim(), protocol, options] as const,
  ),
);
