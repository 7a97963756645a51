/** Text that can do nothing but be read: no control character, nothing invisible that changes its neighbours. */

/** C0, DEL, C1; zero-width and direction marks; line and paragraph separators; a byte-order mark. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const unseen = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
/** Half a surrogate pair has no glyph anywhere. */
const halfPair = /\p{Surrogate}/gu;

export function plainText(text: string): string {
  return text.replace(unseen, '').replace(halfPair, '');
}

/** The first character that `plainText` would take out, as `U+001B`. */
export function unseenIn(text: string): string | undefined {
  const found = text.match(unseen)?.[0] ?? text.match(halfPair)?.[0];
  return found === undefined ? undefined : codePoint(found);
}

export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
