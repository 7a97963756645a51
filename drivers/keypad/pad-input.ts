/** What a protocol makes of bytes: passed from the codecs to the layer that decides what a press is. */
export type PadInput =
  /** A press of a pad that reports no release; `count` is the pad's own number of it, if it has one. */
  | { readonly kind: 'tap'; readonly key: string; readonly count?: number }
  | { readonly kind: 'edge'; readonly key: string; readonly down: boolean }
  /** All keys that are down now. `answer`: we asked, so keys new in it may have been down for long. */
  | { readonly kind: 'held'; readonly keys: readonly string[]; readonly answer: boolean }
  /** A whole message with a key that the table does not have. */
  | { readonly kind: 'unknown'; readonly code: string }
  /** A message whose check is wrong: it may have been a press, and is none. */
  | { readonly kind: 'bad-check' }
  | { readonly kind: 'noise'; readonly octets: number }
  /** The pad answers, no key. */
  | { readonly kind: 'alive' };
