/** What all Onbon cards share: settings, the form of an exchange, and the error table. */
import { z } from 'zod';
import type { AnswerParse } from '../line/line.ts';
import type { BoardAnswer, BoardFrame } from './protocol.ts';

export const onbonCard = {
  /** A page of a long text stays so long. */
  page_s: z.number().min(0.5).max(30).default(3),
  /** How fast a text moves through, 0 fastest to 24. */
  scroll_speed: z.int().min(0).max(24).default(4),
  /** The card deletes the areas after so long without us; 0 = keeps them for ever. */
  clears_after_s: z.int().min(0).max(3600).default(0),
  /** The maker's default is 2 s on a serial line. */
  timeout_ms: z.int().min(50).max(30_000).default(2000),
  /** Two-wire converters need about a character to let go of the line. */
  gap_ms: z.number().min(0).max(1000).default(1),
  /** Is it there? Often enough that silence is known within 5 s. */
  check_s: z.number().min(1).max(600).default(3),
};

/** An answer's longest: status with its areas, every byte escaped. */
const maxAnswerBytes = 220;

export function onbonFrame(
  bytes: Uint8Array,
  options: { readonly gap_ms: number; readonly timeout_ms: number },
  parse: (received: Uint8Array) => AnswerParse<BoardAnswer>,
): BoardFrame {
  return {
    bytes,
    gapAfterMs: options.gap_ms,
    answer: { timeoutMs: options.timeout_ms, maxBytes: maxAnswerBytes, parse },
  };
}

export const onbonBrightnessSteps = 15;
export const onbonErrors = { command: 2, busy: 3, memory: 4, crc: 5, font: 0x0c, date: 0x0e } as const;

/** Busy and "your check was wrong": the same again. */
export function isPassing(error: number): boolean {
  return error === onbonErrors.busy || error === onbonErrors.crc;
}

/** Refusals of an Onbon card. Source: Onbon "BX-5K/6K通讯协议用户版本" V1.4, error table (11h-13h: 5th/6th card manuals). */
const table: Readonly<Record<number, readonly [code: string, remedy: string]>> = {
  1: ['board-command-group', 'The card does not know this command: check that the profile names its model'],
  2: ['board-command', 'The card does not know this command: check that the profile names its model'],
  4: ['board-memory', 'The card has no room: use fewer or shorter lines, or clear its programs with the maker tool'],
  7: ['board-flash', 'The card reports a flash fault: replace the card'],
  12: ['board-font-missing', 'The font is not on the card: load the 16/24/32 px fonts with the maker tool'],
  17: ['board-type', 'The card is of another type than configured: choose the profile of its model'],
  18: ['board-size', 'The screen size on the card differs from the configured one: set width and height'],
  19: ['board-id', 'The card has another id: run "halld bus-scan" and set the address'],
};

export function boardErrors(error: number): { readonly code: string; readonly remedy: string } {
  const [code, remedy] = table[error] ?? [
    `board-error-${error}`,
    `The card refuses with error ${error}: see the maker's error table`,
  ];
  return { code, remedy };
}
