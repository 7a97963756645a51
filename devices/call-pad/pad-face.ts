/** What a call pad shows: the number being served, who waits, and which keys make sense. */
import type { LampState } from '../../drivers/keypad/keypad.ts';
import type { SeenWindowView } from '../contract/view.ts';
import type { PadText } from './pad-words.ts';

export type Typing = 'number' | 'transfer' | 'clerk' | 'pin';

export interface FaceState {
  readonly view: SeenWindowView | undefined;
  readonly typing: { readonly as: Typing; readonly text: string } | undefined;
  /** A candidate number to confirm. */
  readonly offered: string | undefined;
  /** Shown instead for a while, and the key it is about blinks. */
  readonly notice: { readonly text: string; readonly key: string | undefined } | undefined;
  /** The hub is away, and numbers may be called by hand here. */
  readonly byHand: boolean;
}

export function displayText(
  { view, typing, offered, notice, byHand }: FaceState,
  columns: number,
  text: (word: PadText) => string,
): string {
  if (columns === 0) return '';
  if (notice !== undefined) return notice.text;
  if (offered !== undefined) return `${offered}?`;
  if (typing !== undefined) return typingText(typing, text);
  if (view === undefined)
    return byHand ? fitting(columns, text('no-hub-by-hand'), text('no-hub-by-hand-short')) : text('no-hub');
  const waiting = view.by_hand === true ? text('by-hand') : `${text('waiting')}${view.waiting}`;
  const serving = view.state === 'open' ? (view.call?.number ?? '----') : text(view.state);
  return serving + ' '.repeat(Math.max(1, columns - width(serving) - width(waiting))) + waiting;
}

function fitting(columns: number, long: string, short: string): string {
  return width(long) <= columns ? long : short;
}

/** Columns: a Chinese character takes two. */
function width(text: string): number {
  return [...text].reduce((columns, character) => columns + (character > '\u007f' ? 2 : 1), 0);
}

function typingText(
  { as, text: typed }: { readonly as: Typing; readonly text: string },
  text: (word: PadText) => string,
): string {
  switch (as) {
    case 'number':
      return typed;
    case 'transfer':
      return `${text('to')}${typed}_`;
    case 'clerk':
      return `${text('clerk')}${typed}_`;
    case 'pin':
      return `${text('pin')}${'*'.repeat(typed.length)}_`;
  }
}

/** Lit keys are those that would do something now. */
export function lampStates(state: FaceState): Readonly<Record<string, LampState>> {
  const lamps: Record<string, LampState> = {};
  for (const key of usefulKeys(state)) lamps[key] = 'on';
  if (state.notice?.key !== undefined) lamps[state.notice.key] = 'blink';
  return lamps;
}

function usefulKeys({ view, typing, offered, byHand }: FaceState): readonly string[] {
  if (typing !== undefined || offered !== undefined) return ['enter', 'clear'];
  if (view === undefined || (view.by_hand === true && view.call === null)) return byHand ? ['call'] : [];
  if (view.state === 'closed') return ['open', 'login'];
  if (view.state === 'paused') return ['pause', 'resume', 'close'];
  if (view.call === null) return [...(view.waiting > 0 ? ['next', 'call'] : []), 'rate'];
  if (view.call.status === 'called') return ['recall', 'start', 'miss'];
  return ['complete', 'review', 'transfer', 'hold', 'park'];
}
