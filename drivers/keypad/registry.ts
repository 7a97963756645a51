/** Keypad protocols by name: the only file that knows them all. */
import type { DriverContext, DriverSettings } from '../driver.ts';
import { bootKeyboardDescriptor, HidStandardPad } from './hid-standard.ts';
import { HidTablePad } from './hid-table.ts';
import type { Keypad } from './keypad.ts';
import { LinkedPad } from './linked-pad.ts';
import { checkedPad } from './pad-settings.ts';
import { PolledPad } from './polled-pad.ts';
import { SerialFramePad } from './serial-frame.ts';

export { zPadOptions as keypadOptions } from './pad-settings.ts';
export { type KeypadProfile, zKeypadProfile as keypadProfile } from './profile.ts';

/** Protocol names that a config may give. */
export const keypadProtocols = ['serial-frame', 'hid-table', 'hid-standard', 'hid-keyboard'] as const;

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
