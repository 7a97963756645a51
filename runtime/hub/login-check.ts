/** Who logs in at a pad or a page: the PIN is opened and checked once for each command, however often that is repeated. */
import type { WireRefusal } from '../../devices/contract/envelope.ts';
import type { Clerk } from '../../devices/contract/hall.ts';
import type { CommandId } from '../../devices/contract/terms.ts';
import { SealKey } from '../bus/seal.ts';
import { PinCheck } from './clerk-pin.ts';
import type { Login } from './command-of.ts';

/** Repeats come within seconds; older ones are answered from the journal. */
const remembered = 256;

export class LoginCheck {
  readonly #clerks: readonly Clerk[];
  readonly #pins = new PinCheck();
  readonly #key = new SealKey();
  /** By command and what it said. */
  readonly #checks = new Map<string, Promise<WireRefusal | undefined>>();

  constructor(clerks: readonly Clerk[]) {
    this.#clerks = clerks;
  }

  get sealKey(): string {
    return this.#key.public;
  }

  /** From a box, where a PIN in plain would lie on a disk. */
  atBox(id: CommandId, { clerk, pin, sealed_pin: sealed }: Login, nowMs: number): Promise<WireRefusal | undefined> {
    const key = JSON.stringify([id, clerk, sealed]);
    const before = this.#checks.get(key);
    if (before !== undefined) return before;
    const check =
      pin !== undefined
        ? Promise.resolve({ code: 'pin-in-plain', message: 'a box sends a PIN sealed: update its software' })
        : this.#check(clerk, sealed === undefined ? '' : this.#key.open(sealed, id), nowMs);
    this.#checks.set(key, check);
    if (this.#checks.size > remembered) this.#checks.delete(this.#checks.keys().next().value ?? '');
    return check;
  }

  atPage({ clerk, pin }: Login, nowMs: number): Promise<WireRefusal | undefined> {
    return this.#check(clerk, pin ?? '', nowMs);
  }

  async #check(clerk: string, pin: string | undefined, nowMs: number): Promise<WireRefusal | undefined> {
    if (pin === undefined) return { code: 'login-again', message: 'the hub has started anew since: log in again' };
    return this.#pins.refusal(this.#clerks, clerk, pin, nowMs);
  }
}
