/** A cable that breaks after so many bytes towards the machine: wraps any far end. */
import type { FarEnd } from './machine.ts';

export class SeverableEnd implements FarEnd {
  #end: FarEnd;
  #left: number | undefined;
  #severed: () => void = () => {};

  constructor(end: FarEnd) {
    this.#end = end;
  }

  /** Just so many more bytes reach the machine; then the cable is pulled. */
  severAfter(bytes: number, severed: () => void = () => {}): void {
    this.#left = bytes;
    this.#severed = severed;
  }

  get plugged(): boolean {
    return this.#end.plugged;
  }

  onReceive(handler: (bytes: Uint8Array) => void): void {
    this.#end.onReceive((bytes) => {
      if (this.#left === undefined) {
        handler(bytes);
        return;
      }
      const through = bytes.subarray(0, this.#left);
      this.#left -= through.length;
      if (through.length > 0) handler(through);
      if (this.#left > 0) return;
      this.#left = undefined;
      this.#end.unplug();
      this.#severed();
    });
  }

  onOpened(handler: (open: boolean) => void): void {
    this.#end.onOpened(handler);
  }

  send(bytes: Uint8Array): void {
    this.#end.send(bytes);
  }

  stall(stalled: boolean): void {
    this.#end.stall(stalled);
  }

  unplug(): void {
    this.#end.unplug();
  }

  plug(): void {
    this.#end.plug();
  }
}
