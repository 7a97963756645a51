/** Keypad protocols by name: the only file that knows them all. */
import type { DriverContext, DriverSettings } from '../driver.ts';
import type { Describer } from '../port/trace.ts';
import { describePad } from './describe.ts';
import { bootKeyboardDescriptor, HidStandardPad } from './hid-standard.ts';
import { HidTablePad } from './hid-table.ts';
import type { Keypad } from './keypad.ts';
import { LinkedPad } from './linked-pad.ts';
import type { PadProtocol } from './pad-protocol.ts';
import { checkedPad } from './pad-settings.ts';
import { PolledPad } from './polled-pad.ts';
import type { KeypadProfile } from './profile.ts';
import { SerialFramePad } from './serial-frame.ts';

export { zPadOptions as keypadOptions } from './pad-settings.ts';
export { type KeypadProfile, zKeypadProfile as keypadProfile } from './profile.ts';

/** Protocol names that a config may give. */
export const keypadProtocols = ['serial-frame', 'hid-table', 'hid-standard', 'hid-keyboard'] as const;

/** For a port's trace. */
export function describeKeypad(settings: DriverSettings, name: string): Describer {
  const { profile, address } = checkedPad(settings, name);
  const pad = padProtocol(profile, address);
  return describePad(pad, profile.protocol !== 'serial-frame');
}

function padProtocol(profile: KeypadProfile, address: number): PadProtocol {
  switch (profile.protocol) {
    case 'serial-frame':
      return new SerialFramePad(profile.wire, profile.keys, address);
    case 'hid-table':
      return new HidTablePad(profile.wire, profile.keys);
    case 'hid-standard':
      return new HidStandardPad(profile.keys, profile.wire.descriptor);
    case 'hid-keyboard':
      return new HidStandardPad(profile.keys, bootKeyboardDescriptor);
  }
}

export async function createKeypad(settings: DriverSettings, context: DriverContext): Promise<Keypad> {
  const { profile, timing, address } = checkedPad(settings, context.name);
  // The second of each follows the stream for the mask of the port's trace.
  if (profile.protocol === 'serial-frame') {
    const make = () => new SerialFramePad(profile.wire, profile.keys, address);
    const pad = make();
    if (pad.polled) return new PolledPad(context, { protocol: pad, timing, traced: make() });
  }
  const make = () => padProtocol(profile, address);
  return new LinkedPad(context, { protocol: make(), timing, traced: make() });
}
