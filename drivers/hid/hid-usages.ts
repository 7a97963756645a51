/** Usages that are keys or lamps, by name (USB HID Usage Tables 1.5: sections 10 Keyboard, 11 LED, 12 Button, 14 Telephony). */
export const pages = {
  desktop: 0x01,
  keyboard: 0x07,
  led: 0x08,
  button: 0x09,
  telephony: 0x0b,
  consumer: 0x0c,
  scanner: 0x8c,
} as const;

const pageSpan = 0x10000;

export function usage(page: number, id: number): number {
  return page * pageSpan + id;
}

export function pageOf(full: number): number {
  return Math.floor(full / pageSpan);
}

export function idOf(full: number): number {
  return full % pageSpan;
}

/** Keyboard page: 1 ErrorRollOver, 2 POSTFail, 3 ErrorUndefined: the report says nothing about keys. */
export function isKeyboardError(full: number): boolean {
  return pageOf(full) === pages.keyboard && idOf(full) >= 1 && idOf(full) <= 3;
}

/** Some number pads press NumLock before and after every key. */
export const numLock = usage(pages.keyboard, 0x53);

const keyboardNames: ReadonlyMap<number, string> = new Map([
  ...Array.from({ length: 26 }, (_, at) => [0x04 + at, String.fromCharCode(0x61 + at)] as const),
  // The row has 1 … 9, 0; so has the number pad.
  ...Array.from({ length: 10 }, (_, at) => [0x1e + at, `digit-${(at + 1) % 10}`] as const),
  ...Array.from({ length: 10 }, (_, at) => [0x59 + at, `digit-${(at + 1) % 10}`] as const),
  ...Array.from({ length: 12 }, (_, at) => [0x3a + at, `f${at + 1}`] as const),
  [0x28, 'enter'],
  [0x58, 'enter'],
  [0x29, 'escape'],
  [0x2a, 'clear'],
  [0x2b, 'tab'],
  [0x2c, 'space'],
  [0x2d, 'minus'],
  [0x54, 'slash'],
  [0x55, 'star'],
  [0x56, 'minus'],
  [0x57, 'plus'],
  [0x63, 'dot'],
  [0x4f, 'right'],
  [0x50, 'left'],
  [0x51, 'down'],
  [0x52, 'up'],
]);

const telephonyNames: ReadonlyMap<number, string> = new Map([
  ...Array.from({ length: 10 }, (_, at) => [0xb0 + at, `digit-${at}`] as const),
  [0xba, 'star'],
  [0xbb, 'hash'],
  [0x20, 'hook'],
  [0x21, 'flash'],
  [0x23, 'hold'],
  [0x24, 'redial'],
  [0x2a, 'line'],
  [0x2f, 'mute'],
]);

/** A key's name without a profile; `undefined` = no key of a pad. */
export function genericKey(full: number): string | undefined {
  const id = idOf(full);
  switch (pageOf(full)) {
    case pages.button:
      return id === 0 ? undefined : `button-${id}`;
    case pages.keyboard:
      return keyboardNames.get(id);
    case pages.telephony:
      return telephonyNames.get(id);
    default:
      return undefined;
  }
}

/** Pages on which an unnamed usage is a key that the table lacks, not an axis or a counter. */
export function isKeyPage(full: number): boolean {
  const page = pageOf(full);
  return page === pages.button || page === pages.keyboard || page === pages.telephony || page === pages.consumer;
}
