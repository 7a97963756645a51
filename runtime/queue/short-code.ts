/** Short codes of complaints and appointments: letters and digits that nobody confuses when they are read out. */
import { createHash } from 'node:crypto';
import type { CommandId } from '../../devices/contract/terms.ts';

const codeLetters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const codeLength = 8;

/** A short code of a command, the same for every repeat of it. */
export function codeOf(id: CommandId): string {
  const digest = createHash('sha256').update(id).digest();
  return [...digest.subarray(0, codeLength)].map((byte) => codeLetters[byte % codeLetters.length]).join('');
}
