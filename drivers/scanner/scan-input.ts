/** What a scanner's protocol makes of bytes or reports. No clock but the times it is given, no port. */
export type NoiseReason =
  /** A report of a wrong shape. */
  | 'report'
  /** Keys slower than a scanner's, or too few. */
  | 'typing'
  /** Keys with Ctrl, Alt or GUI within a code. */
  | 'chord'
  /** Alt and digits that give no character, or another one on each computer. */
  | 'alt-code'
  /** Octets of another encoding than the scanner is said to have. */
  | 'not-utf-8'
  | 'not-gb18030'
  | 'maybe-gb18030'
  | 'unknown-encoding'
  | 'prefix'
  /** Control characters, or too long. */
  | 'control'
  | 'unended';

export type ScanInput =
  | { readonly kind: 'code'; readonly text: string }
  /** A report of a wrong shape, characters that no code has, fingers on a keyboard. */
  | { readonly kind: 'noise'; readonly octets: number; readonly why: NoiseReason }
  /** The scanner says that it could not read, or its code was too long. */
  | { readonly kind: 'unread' };

export interface ScanProtocol {
  opened(descriptor: Uint8Array | undefined): void;
  receive(bytes: Uint8Array, atMs: number): readonly ScanInput[];
  /** When a half-made code must be looked at again. */
  readonly dueMs: number | undefined;
  /** A silence has passed. */
  settle(nowMs: number): readonly ScanInput[];
}

/** Longer than any code of a hall: a QR of 300 characters (the ticket template's limit), and room. */
export const maxCodeCharacters = 512;

/** Control characters belong to no ticket or appointment code. */
export function isCodeText(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
  return text.length > 0 && text.length <= maxCodeCharacters && !/[\u0000-\u001f\u007f]/.test(text);
}
