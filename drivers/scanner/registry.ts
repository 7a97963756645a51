/** Scanner protocols by name: the only file that knows them all. */
import { z } from 'zod';
import type { DriverContext, DriverSettings } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import { HidPosScan, zHidPosOptions } from './hid-pos-scan.ts';
import { KeyboardScan, zKeyboardScanOptions } from './keyboard-scan.ts';
import { LinkedScanner } from './linked-scanner.ts';
import type { ScanProtocol } from './scan-input.ts';
import type { Scanner } from './scanner.ts';
import { SerialScan, zSerialScanOptions } from './serial-scan.ts';

/** Protocol names that a config may give, with their options. */
export const scannerProtocols = {
  'serial-scan': zSerialScanOptions,
  'hid-pos-scan': zHidPosOptions,
  'keyboard-scan': zKeyboardScanOptions,
} as const;

export async function createScanner(settings: DriverSettings, context: DriverContext): Promise<Scanner> {
  return new LinkedScanner(context, { protocol: scanProtocol(settings, context.name) });
}

export function scanProtocol({ protocol, profile, options }: DriverSettings, name: string): ScanProtocol {
  const { options: facts = {} } = (typeof profile === 'object' && profile !== null ? profile : {}) as {
    readonly options?: object;
  };
  const checked = <T>(schema: z.ZodType<T>): T => {
    const result = schema.safeParse({ ...facts, ...options });
    if (result.success) return result.data;
    throw new DeviceError('illegal', `${name}: scanner options: ${z.prettifyError(result.error)}`);
  };
  switch (protocol) {
    case 'serial-scan':
      return new SerialScan(checked(zSerialScanOptions));
    case 'hid-pos-scan':
      return new HidPosScan(checked(zHidPosOptions));
    case 'keyboard-scan':
      return new KeyboardScan(checked(zKeyboardScanOptions));
    default:
      throw new DeviceError(
        'illegal',
        `${name}: no scanner protocol "${protocol}"; there are ${Object.keys(scannerProtocols).join(', ')}`,
      );
  }
}
