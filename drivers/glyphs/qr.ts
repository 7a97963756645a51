/** QR codes (ISO/IEC 18004, model 2) as 1-bit pictures, for printers without a QR command and for simulated ones. */
import qrcode from 'qrcode-generator';
import { type Bitmap, blankBitmap, setBit } from './packed-bitmap.ts';

export type QrLevel = 'L' | 'M' | 'Q' | 'H';

/** The longest text a version-40 symbol of level L holds in byte mode. */
export const maxQrBytes = 2953;

/** Byte-mode capacity at level M of versions 1 to 40 (ISO/IEC 18004:2015, table 7). */
const capacityM = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
  997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
];
const modulesOfVersion1 = 21;
const modulesAVersion = 4;

/** Modules on a side of the smallest symbol of level M, without making it; `undefined` when nothing holds so many bytes. */
export function qrSizeM(bytes: number): number | undefined {
  const version = capacityM.findIndex((capacity) => bytes <= capacity);
  return version < 0 ? undefined : modulesOfVersion1 + modulesAVersion * version;
}

/** The smallest symbol for `data` in UTF-8 byte mode, one pixel a module, without the quiet zone. Throws `RangeError` when it cannot fit. */
export function qrModules(data: Uint8Array, level: QrLevel): Bitmap {
  if (data.length > maxQrBytes) throw new RangeError(`a QR code holds at most ${maxQrBytes} bytes, not ${data.length}`);
  const code = qrcode(0, level);
  // The package takes one byte a character, so the UTF-8 bytes travel as Latin-1.
  code.addData(String.fromCharCode(...data), 'Byte');
  try {
    code.make();
  } catch (cause) {
    throw new RangeError(`a QR code of level ${level} cannot hold ${data.length} bytes`, { cause });
  }
  const size = code.getModuleCount();
  const modules = blankBitmap(size, size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) if (code.isDark(y, x)) setBit(modules, x, y);
  }
  return modules;
}

export function magnify(modules: Bitmap, factor: number): Bitmap {
  const large = blankBitmap(modules.width * factor, modules.height * factor);
  for (let y = 0; y < large.height; y++) {
    for (let x = 0; x < large.width; x++) {
      const sx = Math.floor(x / factor);
      const sy = Math.floor(y / factor);
      if (((modules.data[sy * modules.stride + (sx >> 3)] ?? 0) & (0x80 >> (sx & 7))) !== 0) setBit(large, x, y);
    }
  }
  return large;
}
