/** Keypad protocols by name: the only file that knows them all. */
import type { DriverContext, DriverSettings } from '../driver.ts';
import { bootKeyboardDescriptor, HidStandardPad } from './hid-standard.ts';
import { HidTablePad } from './hid-table.ts';
import type { Keypad } from './keypad.ts';
import { LinkedPad } from './linked-pad.ts';
import { checkedPad, zPadOptions } from './pad-settings.ts';
import { PolledPad } from './polled-pad.ts';
import type { KeypadProfile } from './profile.ts';
import { SerialFramePad } from './serial-frame.ts';

export { zKeypadProfile as keypadProfile } from './profile.ts';

/** What the config may write of each protocol, and what its port carries. */
export const keypadProtocols = {
  'serial-frame': { options: zPadOptions, unit: 'bytes', multiDrop: true },
  'hid-table': { options: zPadOptions, unit: 'report' },
  'hid-standard': { options: zPadOptions, unit: 'report' },
  'hid-keyboard': { options: zPadOptions, unit: 'report' },
} as const;

/** Names of a pad's keys; `undefined` = the device itself says so when it is open. */
export function keysOfKeypad(profile: unknown): readonly string[] | undefined {
  const { keys } = profile as KeypadProfile;
  return keys.length === 0 ? undefined : keys.map(({ key }) => key);
}

export async function createKeypad(settings: DriverSettings, context: DriverContext): Promise<Keypad> {
  const { profile, timing, address } = checkedPad(settings, context.name);
  switch (profile.protocol) {
    case 'serial-frame': {
      const pad = new SerialFramePad(profile.wire, profile.keys, address);
      return pad.polled ? new PolledPad(pad, timing, context) : new LinkedPad(pad, timing, context);
    }
    case 'hid-table':
      return new LinkedPad(new HidTablePad(profile.wire, profile.keys), timing, context);
    case 'hid-standard':
      return new LinkedPad(new HidStandardPad(profile.keys, profile.wire.descriptor), timing, context);
    case 'hid-keyboard':
      return new LinkedPad(new HidStandardPad(profile.keys, bootKeyboardDescriptor), timing, context);
  }
}
