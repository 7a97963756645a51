/** The words that a call pad needs for its display; the words themselves stand in the catalogue and come with the settings. */
import type { LocalText } from '../contract/terms.ts';

export type PadLanguage = 'zh' | 'en';

export type PadText =
  | 'no-hub'
  | 'no-hub-by-hand'
  /** The same where the display is too narrow. */
  | 'no-hub-by-hand-short'
  | 'by-hand'
  | 'not-merged'
  | 'paused'
  | 'closed'
  | 'waiting'
  | 'to'
  | 'clerk'
  | 'pin'
  | 'wait'
  | 'time-out'
  | 'too-long'
  | 'type-number'
  | 'to-where'
  | 'no-target'
  | 'no-key'
  | 'outbox-full'
  | 'disk'
  | 'refused-for';

export interface PadWords {
  readonly face: Readonly<Record<PadText, LocalText>>;
  /** The hub's refusals by code. */
  readonly refusals: Readonly<Record<string, LocalText>>;
}

/** Codes without a text of their own are words in English, and "refused" with the code in Chinese. */
export function refusalText(code: string, { face, refusals }: PadWords, language: PadLanguage): string {
  const known = refusals[code];
  if (known !== undefined) return known[language];
  return language === 'zh' ? `${face['refused-for'].zh} ${code}` : code.replaceAll('-', ' ').toUpperCase();
}
