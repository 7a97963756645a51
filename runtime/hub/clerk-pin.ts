/** Clerks' PINs: only salted scrypt hashes are in the config (`salt:hash`, hex), and guessing is slow and counted. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clerk } from '../../devices/contract/hall.ts';

const derive = promisify(scrypt) as (secret: string, salt: Buffer, length: number) => Promise<Buffer>;
const hashBytes = 32;
const maxTries = 5;
const lockMs = 60_000;

export async function hashPin(pin: string, salt = randomBytes(16)): Promise<string> {
  return `${salt.toString('hex')}:${(await derive(pin, salt, hashBytes)).toString('hex')}`;
}

async function matches(pin: string, pinHash: string): Promise<boolean> {
  const [salt = '', hash = ''] = pinHash.split(':');
  const wanted = Buffer.from(hash, 'hex');
  if (wanted.length !== hashBytes) return false;
  return timingSafeEqual(await derive(pin, Buffer.from(salt, 'hex'), hashBytes), wanted);
}

export class PinCheck {
  #tries = new Map<string, { count: number; sinceMs: number }>();

  /** `undefined` = may log in; else why not. A clerk without a hash needs no PIN. */
  async refusal(
    clerks: readonly Clerk[],
    clerkId: string,
    pin: string,
    nowMs: number,
  ): Promise<{ code: string; message: string } | undefined> {
    const clerk = clerks.find((each) => each.id === clerkId);
    if (clerk === undefined) return { code: 'clerk-unknown', message: 'no clerk with this number: ask the supervisor' };
    if (clerk.pinHash === null) return undefined;
    const tries = this.#tries.get(clerkId);
    if (tries !== undefined && tries.count >= maxTries && nowMs - tries.sinceMs < lockMs) {
      return { code: 'pin-locked', message: 'too many wrong PINs: wait a minute' };
    }
    // Counted before it is known to be wrong: a thousand said at once are a thousand tries.
    const count = tries !== undefined && nowMs - tries.sinceMs < lockMs ? tries.count + 1 : 1;
    this.#tries.set(clerkId, { count, sinceMs: nowMs });
    if (await matches(pin, clerk.pinHash)) {
      this.#tries.delete(clerkId);
      return undefined;
    }
    return { code: 'pin-wrong', message: 'wrong PIN' };
  }
}
