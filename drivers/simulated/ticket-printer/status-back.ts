/** Status that a printer sends by itself on a change: Epson's GS a with what n chose, Custom's GS E0h with its chosen bytes. */

/** GS a n, by bit: which bits of the frame's four bytes wake it (Epson, "GS a"; online and cover stand together in byte 1). */
const triggers: readonly (readonly [bit: number, byte: number, mask: number])[] = [
  [0, 0, 0x04],
  [1, 0, 0x28],
  [2, 1, 0xff],
  [3, 2, 0xff],
  [6, 0, 0x40],
];
/** A Custom report begins so; what was chosen and the chosen of its four bytes follow (chosen all: as FULL STATUS). */
const customMark = 0x10;

export class StatusBack {
  #chosen = 0;
  #last: readonly number[] | undefined;
  #customChosen = 0;
  #customLast: readonly number[] | undefined;

  reset(): void {
    this.choose(0);
    this.chooseCustom(0);
  }

  /** Any choice but none sends the present state at once. */
  choose(n: number): void {
    this.#chosen = n;
    this.#last = undefined;
  }

  chooseCustom(n: number): void {
    this.#customChosen = n & 0x0f;
    this.#customLast = undefined;
  }

  /** What goes out now. `custom`: paper, user, recoverable, unrecoverable. */
  due(frame: readonly number[], custom: readonly number[]): readonly Uint8Array[] {
    return [this.#frame(frame), this.#custom(custom)].flatMap((bytes) => bytes ?? []);
  }

  /** The whole frame when a chosen part of it changed. */
  #frame(frame: readonly number[]): Uint8Array | undefined {
    if (this.#chosen === 0) return undefined;
    const before = this.#last;
    this.#last = frame;
    const woken =
      before === undefined ||
      triggers.some(
        ([bit, byte, mask]) =>
          (this.#chosen & (1 << bit)) !== 0 && (((before[byte] ?? 0) ^ (frame[byte] ?? 0)) & mask) !== 0,
      );
    return woken ? Uint8Array.from(frame) : undefined;
  }

  #custom(status: readonly number[]): Uint8Array | undefined {
    if (this.#customChosen === 0) return undefined;
    const chosen = status.filter((_, byte) => (this.#customChosen & (1 << byte)) !== 0);
    const before = this.#customLast;
    this.#customLast = chosen;
    if (before?.every((byte, at) => byte === chosen[at])) return undefined;
    return Uint8Array.of(customMark, this.#customChosen, ...chosen);
  }
}
