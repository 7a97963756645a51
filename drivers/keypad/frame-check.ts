/** The check octets that serial pads put behind their frames. */
import { crc16Modbus } from '../bytes/crc16.ts';
import { sum8, xorOf } from '../bytes/sums.ts';

export const checkKinds = ['sum', 'xor', 'complement', 'ones-complement', 'crc16-modbus'] as const;
/** `complement`: the two's complement of the sum, so that all octets with it add up to 0. `xor` is also called BCC. */
export type CheckKind = (typeof checkKinds)[number];

export function checkSize(kind: CheckKind): number {
  return kind === 'crc16-modbus' ? 2 : 1;
}

export function checkOctets(kind: CheckKind, over: Uint8Array): readonly number[] {
  switch (kind) {
    case 'sum':
      return [sum8(over)];
    case 'xor':
      return [xorOf(over)];
    case 'complement':
      return [-sum8(over) & 0xff];
    case 'ones-complement':
      return [~sum8(over) & 0xff];
    case 'crc16-modbus': {
      // Low octet first (MODBUS over Serial Line V1.02, section 6.2.2).
      const crc = crc16Modbus(over);
      return [crc & 0xff, crc >> 8];
    }
  }
}
