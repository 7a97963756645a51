/** The check octets that serial pads put behind their frames. */
export const checkKinds = ['sum', 'xor', 'complement', 'ones-complement', 'crc16-modbus'] as const;
/** `complement`: the two's complement of the sum, so that all octets with it add up to 0. `xor` is also called BCC. */
export type CheckKind = (typeof checkKinds)[number];

export function checkSize(kind: CheckKind): number {
  return kind === 'crc16-modbus' ? 2 : 1;
}

export function checkOctets(kind: CheckKind, over: Uint8Array): readonly number[] {
  switch (kind) {
    case 'sum':
      return [sum(over)];
    case 'xor':
      return [over.reduce((all, byte) => all ^ byte, 0)];
    case 'complement':
      return [-sum(over) & 0xff];
    case 'ones-complement':
      return [~sum(over) & 0xff];
    case 'crc16-modbus': {
      const crc = crc16Modbus(over);
      return [crc & 0xff, crc >> 8];
    }
  }
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((all, byte) => (all + byte) & 0xff, 0);
}

/** MODBUS over Serial Line V1.02, section 6.2.2: polynomial A001 reflected, start FFFF, low octet first on the wire. */
function crc16Modbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
