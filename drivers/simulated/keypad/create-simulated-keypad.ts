/** Simulated keypads by protocol: takes the same settings as the driver at the other end. */

import { unhex } from '../../bytes/hex.ts';
import type { DriverSettings } from '../../driver.ts';
import { bootKeyboardDescriptor } from '../../keypad/hid-standard.ts';
import { checkedPad } from '../../keypad/pad-settings.ts';
import type { KeypadProfile } from '../../keypad/profile.ts';
import type { SimulatedMachine } from '../machine.ts';
import { HidStandardFirmware } from './hid-standard-firmware.ts';
import { HidTableFirmware } from './hid-table-firmware.ts';
import type { PadFirmware } from './keypad-machine.ts';
import { SerialFirmware } from './serial-firmware.ts';
import { type KeypadWorld, SimulatedKeypad } from './simulated-keypad.ts';

/** Five buttons in, five indicators out, no report numbers: what a pad without a profile is here. */
const fiveButtonsDescriptor =
  '05 01 09 07 A1 01 05 09 19 01 29 05 15 00 25 01 75 01 95 05 81 02 95 03 81 03 05 08 09 4B 09 4B 09 4B 09 4B 09 4B 95 05 91 02 95 03 91 03 C0';

export function createSimulatedKeypad(settings: DriverSettings, world: KeypadWorld): SimulatedMachine {
  const { profile, address } = checkedPad(settings, world.name);
  const made = firmware(profile, address);
  const pad = {
    keys: profile.keys.length > 0 ? profile.keys : (made.keys ?? []).map((key, lamp) => ({ key, code: 0, lamp })),
    display: profile.protocol === 'serial-frame' && profile.wire.display !== undefined,
    unit: profile.protocol === 'serial-frame' ? ('bytes' as const) : ('report' as const),
  };
  return new SimulatedKeypad(pad, made, world) as SimulatedMachine;
}

/** For the cable of a simulated HID pad; `undefined` = a pad of bytes, or one whose profile gives none. */
export function simulatedDescriptor(settings: DriverSettings): Uint8Array | undefined {
  const { profile } = checkedPad(settings, settings.protocol);
  switch (profile.protocol) {
    case 'serial-frame':
      return undefined;
    case 'hid-table':
      return unhex(profile.wire.descriptor);
    case 'hid-standard':
      return unhex(standardDescriptor(profile));
    case 'hid-keyboard':
      return unhex(bootKeyboardDescriptor);
  }
}

function standardDescriptor(profile: Extract<KeypadProfile, { protocol: 'hid-standard' }>): string {
  return profile.wire.descriptor ?? fiveButtonsDescriptor;
}

function firmware(profile: KeypadProfile, address: number): PadFirmware {
  switch (profile.protocol) {
    case 'serial-frame':
      return new SerialFirmware(profile.wire, profile.keys, address);
    case 'hid-table':
      return new HidTableFirmware(profile.wire, profile.keys);
    case 'hid-standard':
      return new HidStandardFirmware(profile.keys, standardDescriptor(profile));
    case 'hid-keyboard':
      return new HidStandardFirmware(profile.keys, bootKeyboardDescriptor);
  }
}
