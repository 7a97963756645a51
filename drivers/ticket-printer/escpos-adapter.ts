/**
 * The npm package `escpos` is used for one thing: composing text lines, alignment and line feeds into a buffer in memory.
 * Its transports, encodings, pictures, status and cut commands are not used; `command` puts our own bytes into the same buffer.
 */
import escpos from 'escpos';
import type { Align } from './paper.ts';

const alignNames = { left: 'LT', centre: 'CT', right: 'RT' } as const;

export class TicketBuffer {
  #collected: Uint8Array[] = [];
  #printer = new escpos.Printer({
    open: (callback) => callback(),
    write: (data, callback) => {
      this.#collected.push(Uint8Array.from(data));
      callback?.();
    },
    close: (callback) => callback?.(),
  });

  /** Bytes of one line in the printer's own encoding (the package would send four-byte GB 18030), then a line feed. */
  line(encoded: Uint8Array): void {
    this.#printer.print(Buffer.from(encoded)).feed(1);
  }

  align(align: Align): void {
    this.#printer.align(alignNames[align]);
  }

  feed(lines: number): void {
    this.#printer.feed(lines);
  }

  /** A command that the package has wrong or not at all. */
  command(bytes: Uint8Array): void {
    this.#printer.print(Buffer.from(bytes));
  }

  take(): Uint8Array {
    this.#printer.flush();
    const bytes = Buffer.concat(this.#collected);
    this.#collected = [];
    return Uint8Array.from(bytes);
  }
}
