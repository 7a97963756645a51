/** What a port says while somebody presses: bursts between silences on a serial port, reports on HID. */
import type { Clock, Timer } from '../../../drivers/clock.ts';
import type { PortLink } from '../../../drivers/port/port-link.ts';

/** Longer than a USB converter's pauses (16 ms), shorter than a finger. */
const burstGapMs = 50;
/** After so long the finger is off the key and the pad has said all. */
const keyOverMs = 700;
const waitForKeyMs = 120_000;
/** Nobody's message is longer. */
const maxBurstOctets = 512;
const maxMessages = 64;

export class KeyTape {
  readonly #stop: () => void;
  #burst: number[] = [];
  #gap: Timer | undefined;

  constructor(link: PortLink, clock: Clock, take: (message: Uint8Array) => void) {
    const end = () => {
      const burst = Uint8Array.from(this.#burst);
      this.#burst = [];
      // 00 and FF at plugging in are no messages.
      if (burst.some((octet) => octet !== 0 && octet !== 0xff)) take(burst);
    };
    this.#stop = link.received.on((bytes) => {
      if (link.port?.unit === 'report') {
        take(bytes.slice());
        return;
      }
      this.#gap?.cancel();
      if (this.#burst.length < maxBurstOctets) this.#burst.push(...bytes);
      this.#gap = clock.after(burstGapMs, end);
    });
  }

  stop(): void {
    this.#stop();
    this.#gap?.cancel();
  }

  /** All that one key says, the same message said again left out; `undefined`: nobody pressed. */
  static one(link: PortLink, clock: Clock): Promise<readonly Uint8Array[] | undefined> {
    return new Promise((resolve) => {
      const messages: Uint8Array[] = [];
      const finish = () => {
        tape.stop();
        resolve(messages.length === 0 ? undefined : messages);
      };
      let timer = clock.after(waitForKeyMs, finish);
      const tape = new KeyTape(link, clock, (message) => {
        const last = messages.at(-1);
        const again = last !== undefined && Buffer.compare(last, message) === 0;
        if (!again && messages.length < maxMessages) messages.push(message);
        timer.cancel();
        timer = clock.after(keyOverMs, finish);
      });
    });
  }
}
