/**
 * What comes back from an ESC/POS printer, told apart by its fixed bits (Epson and Citizen, "transmission status
 * identification"): flow control, real-time status, automatic status frames, block replies, lone status bytes.
 */
export type Reply =
  /** Answers the one DLE EOT outstanding: it carries no number. */
  | { readonly kind: 'real-time'; readonly status: number }
  | { readonly kind: 'frame'; readonly bytes: readonly [number, number, number, number] }
  /** Answers the oldest GS r outstanding. */
  | { readonly kind: 'lone'; readonly status: number }
  | { readonly kind: 'process-id'; readonly id: string }
  | { readonly kind: 'cleared' }
  | { readonly kind: 'block'; readonly header: number; readonly data: Uint8Array }
  /** Custom: paper, user, recoverable, unrecoverable. */
  | { readonly kind: 'full-status'; readonly bytes: readonly [number, number, number, number] }
  | { readonly kind: 'noise'; readonly byte: number };

export interface ReplyParserOptions {
  /** The port runs XON/XOFF: 11h and 13h may stand anywhere, even inside frames and blocks, and mean nothing here. */
  readonly stripFlowControl: boolean;
  /** Only where the profile asked for it: `10 0F` would pass as an automatic status frame. */
  readonly fullStatus: boolean;
}

const xon = 0x11;
const xoff = 0x13;
const blockHeaders = new Set([0x35, 0x37, 0x3b, 0x3d, 0x53, 0x5f]);
const identified = 0x37;
const processIdMark = 0x22;
const clearedMark = 0x25;
const maxBlockBytes = 256;
/** A frame or block that does not go on for so long was noise. */
const partLifeMs = 1_000;
const frameBytes = 4;
const fullStatusBytes = 6;

export class ReplyParser {
  readonly counters = { noise: 0, resynchronised: 0 };
  #options: ReplyParserOptions;
  #held: number[] = [];
  #heldSinceMs = 0;

  constructor(options: ReplyParserOptions) {
    this.#options = options;
  }

  /** Bytes of a reply that is not whole yet. */
  get held(): number {
    return this.#held.length;
  }

  reset(): void {
    this.#held = [];
  }

  push(bytes: Uint8Array, nowMs: number): readonly Reply[] {
    const replies: Reply[] = [];
    if (this.#held.length > 0 && nowMs - this.#heldSinceMs > partLifeMs) this.#giveUp(replies);
    for (const byte of bytes) {
      if (this.#options.stripFlowControl && (byte === xon || byte === xoff)) continue;
      if (this.#held.length === 0) this.#heldSinceMs = nowMs;
      this.#held.push(byte);
      this.#take(replies);
    }
    return replies;
  }

  /** Drops the first byte of what is held and looks at the rest afresh. */
  #giveUp(replies: Reply[]): void {
    const [first, ...rest] = this.#held;
    this.counters.resynchronised += 1;
    this.#held = [];
    if (first !== undefined) this.#noise(first, replies);
    for (const byte of rest) {
      this.#held.push(byte);
      this.#take(replies);
    }
  }

  #take(replies: Reply[]): void {
    const held = this.#held;
    const first = held[0] as number;
    const last = held[held.length - 1] as number;
    if (this.#options.fullStatus && first === 0x10 && (held.length === 1 || held[1] === 0x0f)) {
      if (held.length < fullStatusBytes) return;
      replies.push({ kind: 'full-status', bytes: held.slice(2) as [number, number, number, number] });
      this.#held = [];
    } else if ((first & 0x93) === 0x10) {
      if (held.length > 1 && (last & 0x90) !== 0) {
        this.#giveUp(replies);
        return;
      }
      if (held.length < frameBytes) return;
      replies.push({ kind: 'frame', bytes: held as [number, number, number, number] });
      this.#held = [];
    } else if (blockHeaders.has(first)) {
      if (last !== 0 || held.length === 1) {
        if (held.length > maxBlockBytes) this.#giveUp(replies);
        return;
      }
      replies.push(blockReply(held));
      this.#held = [];
    } else {
      this.#held = [];
      if ((first & 0x93) === 0x12) replies.push({ kind: 'real-time', status: first });
      else if ((first & 0x90) === 0) replies.push({ kind: 'lone', status: first });
      else this.#noise(first, replies);
    }
  }

  #noise(byte: number, replies: Reply[]): void {
    this.counters.noise += 1;
    replies.push({ kind: 'noise', byte });
  }
}

function blockReply(held: readonly number[]): Reply {
  const header = held[0] as number;
  const data = Uint8Array.from(held.slice(1, -1));
  if (header === identified && data[0] === processIdMark && data.length === 5) {
    return { kind: 'process-id', id: String.fromCharCode(...data.subarray(1)) };
  }
  if (header === identified && data[0] === clearedMark && data.length === 1) return { kind: 'cleared' };
  return { kind: 'block', header, data };
}
