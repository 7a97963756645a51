/** Asks the machine's monitor, outside the guest, to pull and put back USB devices and to press keys (QEMU's QMP, by way of a virtio port). */
import { setTimeout as wait } from 'node:timers/promises';
import { type CharDevice, openCharDevice } from './char-device.ts';

const plugTries = 50;

export class Monitor {
  #port: CharDevice;
  #waiting: ((answer: { error?: unknown }) => void)[] = [];
  #text = '';

  constructor() {
    this.#port = openCharDevice('/dev/virtio-ports/ctl', (bytes) => {
      this.#text += Buffer.from(bytes).toString();
      for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
        this.#waiting.shift()?.(JSON.parse(this.#text.slice(0, end)));
        this.#text = this.#text.slice(end + 1);
      }
    });
  }

  async unplug(id: string): Promise<void> {
    await this.#ask('device_del', { id });
  }

  /** The monitor frees the old device a moment after it answered `device_del`, so this is tried again. */
  async plug(id: string, driver: string, more: Readonly<Record<string, string>>): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const answer = await this.#ask('device_add', { driver, id, bus: 'xhci.0', ...more });
      if (answer.error === undefined) return;
      if (tries === plugTries) throw new Error(`device_add ${id}: ${JSON.stringify(answer.error)}`);
      await wait(100);
    }
  }

  /** Presses a key of the machine's USB keyboard. */
  async pressKey(key: string): Promise<void> {
    await this.#ask('send-key', { keys: [{ type: 'qcode', data: key }] });
  }

  close(): void {
    this.#port.close();
  }

  #ask(execute: string, args: unknown): Promise<{ error?: unknown }> {
    this.#port.write(Buffer.from(`${JSON.stringify({ execute, arguments: args })}\n`));
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
