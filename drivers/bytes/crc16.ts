/** The two 16-bit CRCs of the boards: same reflected polynomial 0x8005 (A001), different start. Catalogue of parametrised CRC algorithms: CRC-16/ARC, CRC-16/MODBUS. */
const table = Uint16Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xa001 : value >>> 1;
  return value;
});

function crc16(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

/** "123456789" gives BB3D. */
export function crc16Arc(bytes: Uint8Array): number {
  return crc16(bytes, 0);
}

/** "123456789" gives 4B37. */
export function crc16Modbus(bytes: Uint8Array): number {
  return crc16(bytes, 0xffff);
}
