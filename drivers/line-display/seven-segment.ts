/** Ticket numbers on seven segments: which letters they can show, what is dropped, and which segments light. */

/** Segments a to g as bits 0 to 6: a top, b and c right, d bottom, e and f left, g middle. */
const segments: Readonly<Record<string, number>> = {
  '0': 0x3f,
  '1': 0x06,
  '2': 0x5b,
  '3': 0x4f,
  '4': 0x66,
  '5': 0x6d,
  '6': 0x7d,
  '7': 0x07,
  '8': 0x7f,
  '9': 0x6f,
  A: 0x77,
  b: 0x7c,
  C: 0x39,
  d: 0x5e,
  E: 0x79,
  F: 0x71,
  H: 0x76,
  J: 0x1e,
  L: 0x38,
  n: 0x54,
  o: 0x5c,
  P: 0x73,
  r: 0x50,
  t: 0x78,
  U: 0x3e,
  '-': 0x40,
  ' ': 0x00,
};

/** As the digits show it, right-justified. A letter that cannot be shown is dropped, never shown as another one. */
export function digitsOf(text: string, digits: number): string {
  const shown = Array.from(text, showable).join('');
  return shown.slice(-digits).padStart(digits, ' ');
}

function showable(character: string): string {
  if (character in segments) return character;
  for (const other of [character.toUpperCase(), character.toLowerCase()]) if (other in segments) return other;
  return '';
}

export function segmentsOf(character: string): number {
  return segments[showable(character)] ?? 0;
}
