/** What a keyboard usage types on the US layout, which scanners use unless set otherwise (HID Usage Tables 1.5, section 10). */
const shiftBits = 0x22;

const plain = new Map<number, string>();
const shifted = new Map<number, string>();

function row(firstUsage: number, unshifted: string, withShift: string): void {
  [...unshifted].forEach((character, at) => {
    plain.set(firstUsage + at, character);
  });
  [...withShift].forEach((character, at) => {
    shifted.set(firstUsage + at, character);
  });
}

row(0x04, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
row(0x1e, '1234567890', '!@#$%^&*()');
row(0x2c, ' -=[]\\', ' _+{}|');
row(0x33, ";'`,./", ':"~<>?');
row(0x54, '/*-+', '/*-+');
row(0x59, '1234567890.', '1234567890.');

export function typedCharacter(usage: number, modifiers: number): string | undefined {
  return ((modifiers & shiftBits) === 0 ? plain : shifted).get(usage);
}

/** The other way round: what a simulated scanner presses. */
export function keyFor(character: string): { readonly usage: number; readonly modifiers: number } | undefined {
  for (const [usage, typed] of plain) if (typed === character) return { usage, modifiers: 0 };
  for (const [usage, typed] of shifted) if (typed === character) return { usage, modifiers: 0x02 };
  return undefined;
}
