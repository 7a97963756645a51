/**
 * How a scanner encodes what it has read: UTF-8, GB 18030 (of which GB 2312 is a part) or Latin-1, by option or detected.
 * Two characters of GB 2312 may be valid UTF-8 of another script (Armenian, Arabic): between the two, Chinese is taken.
 */
import { z } from 'zod';
import { inGb2312 } from '../bytes/gbk.ts';

export const zScanEncoding = z
  .enum(['auto', 'utf-8', 'gb18030', 'latin-1'])
  .default('auto')
  .describe('encoding of the codes; auto: UTF-8, GB 2312 or Latin-1, whichever fits');
/** Latin letters with accents; then the scripts of two octets in UTF-8. */
const lastLatin = '\u024f';
const firstThreeOctets = '\u0800';

export type ScanEncoding = z.output<typeof zScanEncoding>;

export type DecodedScan =
  | { readonly text: string }
  /** What it may be, where that can be seen. */
  | { readonly text: undefined; readonly why: 'not-utf-8' | 'not-gb18030' | 'maybe-gb18030' | 'unknown-encoding' };

export function decodeScan(octets: Uint8Array, encoding: ScanEncoding): DecodedScan {
  switch (encoding) {
    case 'utf-8':
      return orWhy(strictly(octets, 'utf-8'), 'not-utf-8');
    case 'gb18030':
      return orWhy(strictly(octets, 'gb18030'), 'not-gb18030');
    case 'latin-1':
      return { text: String.fromCharCode(...octets) };
    case 'auto': {
      const utf8 = strictly(octets, 'utf-8');
      if (utf8 !== undefined && [...utf8].every((each) => each <= lastLatin || each >= firstThreeOctets))
        return { text: utf8 };
      const chinese = strictly(octets, 'gb18030');
      // Latin-1 may pair up to rare characters of GB 18030; codes of a hall have common ones.
      if (chinese !== undefined && [...chinese].every((each) => each <= '\u007e' || inGb2312(each)))
        return { text: chinese };
      if (utf8 !== undefined) return { text: utf8 };
      if (looksLatin(octets)) return { text: String.fromCharCode(...octets) };
      return { text: undefined, why: chinese === undefined ? 'unknown-encoding' : 'maybe-gb18030' };
    }
  }
}

function orWhy(text: string | undefined, why: 'not-utf-8' | 'not-gb18030'): DecodedScan {
  return text === undefined ? { text, why } : { text };
}

function strictly(octets: Uint8Array, encoding: 'utf-8' | 'gb18030'): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding !== 'utf-8' }).decode(octets);
  } catch {
    // The standard's way to answer "these octets are not of this encoding" (WHATWG Encoding, "fatal").
    return undefined;
  }
}

/** Letters with accents, each between plain ASCII. */
function looksLatin(octets: Uint8Array): boolean {
  return octets.every(
    (octet, at) => octet < 0x7f || (octet >= 0xc0 && (octets[at - 1] ?? 0) < 0x7f && (octets[at + 1] ?? 0) < 0x7f),
  );
}
