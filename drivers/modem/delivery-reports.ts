/** Which delivery report belongs to which part sent: the modem counts its parts from 0 to 255 and begins anew. */
import { type Random, uuidFrom } from '../random.ts';
import type { DeliveryReport } from '../sms-sender.ts';
import { readPdu, reportOutcome } from './sms-pdu.ts';

/** Places in the modem's store that have not been read yet; the store is small. */
const mostStored = 64;

export class DeliveryReports {
  #prefix: string;
  #count = 0;
  /** The modem's number of a part to ours; a number used again belongs to the later part. */
  #expected = new Map<number, string>();
  #stored: number[] = [];

  constructor(random: Random) {
    this.#prefix = uuidFrom(random).slice(0, 8);
  }

  /** A part was sent as `number`: gives the reference that its report will bear. */
  expect(number: number): string {
    this.#count += 1;
    const reference = `${this.#prefix}-${this.#count}`;
    this.#expected.set(number, reference);
    return reference;
  }

  /** `undefined`: no report, or one of a part that is not known. */
  read(pdu: string): DeliveryReport | undefined {
    const message = readPdu(pdu);
    if (message?.kind !== 'status-report') return undefined;
    const reference = this.#expected.get(message.reference);
    if (reference === undefined) return undefined;
    const outcome = reportOutcome(message.status);
    if (outcome !== 'trying') this.#expected.delete(message.reference);
    return { reference, outcome, code: `0x${message.status.toString(16).padStart(2, '0')}` };
  }

  /** `+CDSI: "SM",3`: something lies at place 3. */
  stored(line: string): void {
    const place = Number(/,(\d{1,4})$/.exec(line)?.[1] ?? Number.NaN);
    if (Number.isInteger(place) && this.#stored.length < mostStored) this.#stored.push(place);
  }

  nextStored(): number | undefined {
    return this.#stored.shift();
  }
}
