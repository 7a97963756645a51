/** What a call pad shows: the number being served, who waits, and which keys make sense. Plain letters: pads have no more. */
import type { LampState } from '../../drivers/keypad/keypad.ts';
import type { WindowView } from '../contract/view.ts';

export type Typing = 'number' | 'transfer' | 'clerk' | 'pin';

export interface FaceState {
  readonly view: WindowView | undefined;
  readonly typing: { readonly as: Typing; readonly text: string } | undefined;
  /** A candidate number to confirm. */
  readonly offered: string | undefined;
  /** Shown instead for a while, and the key it is about blinks. */
  readonly notice: { readonly text: string; readonly key: string | undefined } | undefined;
}

export function displayText(state: FaceState, columns: number): string {
  if (columns === 0) return '';
  return plainText(state, columns).slice(0, columns);
}

function plainText({ view, typing, offered, notice }: FaceState, columns: number): string {
  if (notice !== undefined) return notice.text;
  if (offered !== undefined) return `${offered}?`;
  if (typing !== undefined) return typingText(typing);
  if (view === undefined) return 'NO HUB';
  const waiting = `W${view.waiting}`;
  const serving = view.state === 'open' ? (view.call?.number ?? '----') : view.state.toUpperCase();
  return serving.padEnd(Math.max(serving.length + 1, columns - waiting.length)) + waiting;
}

function typingText({ as, text }: { readonly as: Typing; readonly text: string }): string {
  switch (as) {
    case 'number':
      return text;
    case 'transfer':
      return `TO ${text}_`;
    case 'clerk':
      return `CLERK ${text}_`;
    case 'pin':
      return `PIN ${'*'.repeat(text.length)}_`;
  }
}

/** Lit keys are those that would do something now. */
export function lampStates(state: FaceState): Readonly<Record<string, LampState>> {
  const lamps: Record<string, LampState> = {};
  for (const key of usefulKeys(state)) lamps[key] = 'on';
  if (state.notice?.key !== undefined) lamps[state.notice.key] = 'blink';
  return lamps;
}

function usefulKeys({ view, typing, offered }: FaceState): readonly string[] {
  if (typing !== undefined || offered !== undefined) return ['enter', 'clear'];
  if (view === undefined) return [];
  if (view.state === 'closed') return ['open'];
  if (view.state === 'paused') return ['pause', 'resume', 'close'];
  if (view.call === null) return view.waiting > 0 ? ['next', 'call'] : [];
  if (view.call.status === 'called') return ['recall', 'start', 'miss'];
  return ['complete', 'review', 'transfer', 'hold', 'park'];
}
