/**
 * Keeps typed digits out of a port's trace (a clerk's PIN, a visitor's phone number). On a pad with digit keys a chunk is kept
 * only when it is known to hold whole messages without a digit; digits, broken and unknown messages, and displays are not.
 */
import type { TraceMask } from '../port/trace.ts';
import type { PadInput } from './pad-input.ts';
import type { PadProtocol } from './pad-protocol.ts';

const digitKey = /digit/;

export interface DigitMaskSettings {
  /** Of this mask alone: it follows the stream beside the driver's own. */
  readonly protocol: PadProtocol;
  /** Whether the bytes now on the line are of this pad; a pad alone on its port: always. */
  readonly addressed: () => boolean;
  /** What the program sends that never carries digits: its questions. */
  readonly questions: () => readonly Uint8Array[];
}

export class DigitMask {
  #settings: DigitMaskSettings;

  constructor(settings: DigitMaskSettings) {
    this.#settings = settings;
  }

  /** A fresh connection. */
  opened(descriptor: Uint8Array | undefined): void {
    this.#settings.protocol.opened(descriptor);
  }

  /** A pad whose keys are not known may have digits too. */
  get needed(): boolean {
    const { keys } = this.#settings.protocol;
    return keys.length === 0 || keys.some((key) => digitKey.test(key));
  }

  readonly mask: TraceMask = (direction, bytes) => {
    const { protocol, addressed, questions } = this.#settings;
    if (!this.needed || !addressed()) return undefined;
    if (direction === 'out') {
      if (questions().some((known) => Buffer.compare(known, bytes) === 0)) return undefined;
      return `message to the pad, ${bytes.length} bytes`;
    }
    const half = () => protocol.halfMade === true;
    const wasHalf = half();
    const inputs = protocol.receive(bytes);
    if (inputs.some(isDigit)) return 'key digit';
    const whole = !wasHalf && !half();
    return whole && inputs.length > 0 && inputs.every(isPlain)
      ? undefined
      : `not a whole message, ${bytes.length} bytes`;
  };
}

function isDigit(input: PadInput): boolean {
  if (input.kind === 'held') return input.keys.some((key) => digitKey.test(key));
  return (input.kind === 'tap' || input.kind === 'edge') && digitKey.test(input.key);
}

function isPlain({ kind }: PadInput): boolean {
  return kind === 'alive' || kind === 'tap' || kind === 'edge' || kind === 'held';
}
