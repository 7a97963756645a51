import { expect, test } from 'vitest';
import type { ConfigError } from './config-error.ts';
import { hallFrom } from './load.ts';
import { edited } from './problem-cases.kit.ts';

/** What the drivers that halld really has say to the small hall with one slip in it. */
async function told(from: string, to: string): Promise<string> {
  const { text } = edited([[from, to]]);
  const outcome = await hallFrom(text, 'small.yaml').then(
    () => 'nothing',
    (thrown: unknown) => (thrown as ConfigError).message,
  );
  return outcome;
}

const board = 'board: { protocol: onbon-bx-k, port: boards, address: 2';

test.each([
  [
    'a board protocol that does not exist',
    'onbon-bx-k, port: boards, address: 2',
    'onbon-bxk, port: boards, address: 2',
    'no line-display protocol is called "onbon-bxk"; did you mean "onbon-bx-k"?',
  ],
  [
    'an option that the board has not',
    board,
    `${board}, options: { widht: 64 }`,
    'unknown key "widht"; did you mean "width"?',
  ],
  ['an option out of its range', board, `${board}, options: { font_px: 20 }`, ':75:'],
  [
    'a character that the board’s card has not, though paper has',
    'zh: 出证窗口',
    'zh: 出镕窗口',
    'no font here has 镕 (U+9555); write it with characters of GB 2312',
  ],
  [
    'a character that no paper has',
    'zh: 居住证,',
    'zh: 居住㐂,',
    'no font here has 㐂 (U+3402); write it with characters of GBK',
  ],
  [
    'an address that a Modbus display cannot have',
    board,
    board.replace('onbon-bx-k', 'modbus').replace('address: 2', 'address: 248'),
    '248 is no address of one "modbus" device; one from 1 to 247',
  ],
  [
    'an address for a display that has none',
    board,
    board.replace('onbon-bx-k', 'cd5220'),
    '"cd5220" has no addresses; leave it out: one such device on each port',
  ],
  [
    'a display that cannot share a line',
    board,
    board.replace('onbon-bx-k', 'cd5220').replace(', address: 2', ''),
    '"w1-board" hangs on the port "boards" too: "cd5220" cannot share its line',
  ],
  [
    'a frame recipe that cannot be a frame',
    board,
    `${board.replace('onbon-bx-k', 'frame-recipe')}, options: { paint: [[{ part: line, line: 1, width: 8 }]] }`,
    '"frame-recipe" cannot work with this; a frame begins with fixed bytes',
  ],
  [
    'a printer option',
    'profile: generic-80, port: printer',
    'profile: generic-80, port: printer, options: { pol_ms: 500 }',
    'unknown key "pol_ms"; did you mean "poll_ms"?',
  ],
  [
    'a printer on a HID port',
    '{ id: printer, kind: simulated }',
    '{ id: printer, kind: simulated, unit: report }',
    '"escpos" speaks bytes, the port "printer" (simulated) carries HID reports',
  ],
  [
    'a printer profile',
    'profile: generic-80',
    'profile: generic-81',
    'there is no profile "generic-81"; did you mean "generic-80"?',
  ],
  [
    'no fault of a printer with narrow paper',
    'profile: generic-80, port: printer }',
    'profile: generic-58, port: printer }',
    'nothing',
  ],
  [
    'a pad without its profile',
    'profile: rating-5, port: w2-rating',
    'port: w2-rating',
    '"hid-table" says nothing without a profile',
  ],
  [
    'a pad with the profile of another protocol',
    'profile: rating-5, port: w2-rating',
    'profile: rating-5-serial, port: w2-rating',
    'the profile "rating-5-serial" is for the protocol "serial-frame", not "hid-table"',
  ],
  [
    'a pad option',
    'profile: rating-5, port: w2-rating',
    'profile: rating-5, port: w2-rating, options: { debounce: 5 }',
    'unknown key "debounce"; did you mean "debounce_ms"?',
  ],
  ['a button that the panel has not', '"2": general', '"9": general', 'the panel "panel-8" has no key "9"'],
])('%s', async (_name, from, to, answer) => {
  expect(await told(from, to)).toContain(answer);
});

test('a QR code that fits wide paper and not narrow paper', async () => {
  const { text } = edited([
    [
      '    - { kind: text, text: "{number}", align: centre, size: 4 }',
      '    - { kind: qr, data: "{number}", module_dots: 16 }\n    - { kind: qr, data: "https://q.example.gov.cn/t/{day}/{number}", module_dots: 14 }',
    ],
    ['profile: generic-80', 'profile: generic-58'],
  ]);
  await expect(hallFrom(text, 'small.yaml')).rejects.toThrow(
    'this QR code is 406 dots wide, the paper of "k1" has 384',
  );
  await hallFrom(text.replace('generic-58', 'generic-80'), 'small.yaml');
});
