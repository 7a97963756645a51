/** Keypad protocols by name: the only file that knows them all. */
import type { DriverContext, DriverSettings } from '../driver.ts';
import { bootKeyboardDescriptor, HidStandardPad } from './hid-standard.ts';
import { HidTablePad } from './hid-table.ts';
import type { Keypad } from './keypad.ts';
import { LinkedPad } from './linked-pad.ts';
import type { PadProtocol } from './pad-protocol.ts';
import { checkedPad } from './pad-settings.ts';
import { PolledPad } from './polled-pad.ts';
import { SerialFramePad } from './serial-frame.ts';

export { zPadOptions as keypadOptions } from './pad-settings.ts';
export { type KeypadProfile, zKeypadProfile as keypadProfile } from './profile.ts';

/** Protocol names that a config may give. */
export const keypadProtocols = ['serial-frame', 'hid-table', 'hid-standard', 'hid-keyboard'] as const;

export async function createKeypad(settings: DriverSettings, context: DriverContext): Promise<Keypad> {
  const { profile, timing, address } = checkedPad(settings, context.name);
  // The second one follows the stream for the mask of the port's trace.
  const linked = (make: () => PadProtocol) => new LinkedPad(make(), timing, context, make());
  switch (profile.protocol) {
    case 'serial-frame': {
      const make = () => new SerialFramePad(profile.wire, profile.keys, address);
      const pad = make();
      return pad.polled ? new PolledPad(pad, timing, context, make()) : linked(make);
    }
    case 'hid-table':
      return linked(() => new HidTablePad(profile.wire, profile.keys));
    case 'hid-standard':
      return linked(() => new HidStandardPad(profile.keys, profile.wire.descriptor));
    case 'hid-keyboard':
      return linked(() => new HidStandardPad(profile.keys, bootKeyboardDescriptor));
  }
}
