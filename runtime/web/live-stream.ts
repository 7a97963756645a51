/** A live feed's reader as an HTTP answer: bounded in bytes, counted in all and for each address. */
import type { LiveFeed } from './live-feed.ts';

/** What may wait for a slow reader before it is dropped: some whole halls. */
const bufferBytes = 2 * 1024 * 1024;

export class LiveStreams {
  #feed: LiveFeed;
  #limit: { readonly total: number; readonly perAddress: number };
  #byAddress = new Map<string, number>();
  #total = 0;

  constructor(feed: LiveFeed, limit: { readonly total: number; readonly perAddress: number }) {
    this.#feed = feed;
    this.#limit = limit;
  }

  /** `undefined` when there are too many already. */
  open(
    address: string,
    options: {
      readonly wire: boolean;
      /** Cuts the connection of a reader that does not keep up: its waiting bytes go with it. */
      readonly cut: () => void;
    },
  ): ReadableStream<Uint8Array> | undefined {
    const mine = this.#byAddress.get(address) ?? 0;
    if (this.#total >= this.#limit.total || mine >= this.#limit.perAddress) return undefined;
    this.#total += 1;
    this.#byAddress.set(address, mine + 1);
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      this.#total -= 1;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left === 0) this.#byAddress.delete(address);
      else this.#byAddress.set(address, left);
    };
    const encoder = new TextEncoder();
    let detach = () => {};
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          let dropped = false;
          const sink = {
            write: (text: string) => {
              if ((controller.desiredSize ?? 0) <= 0) {
                dropped = true;
                return false;
              }
              controller.enqueue(encoder.encode(text));
              return true;
            },
            close: () => {
              end();
              if (dropped) options.cut();
              else controller.close();
            },
          };
          detach = this.#feed.attach(sink, options);
        },
        cancel: () => {
          detach();
          end();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes }),
    );
  }
}
