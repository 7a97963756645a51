/** The traffic of a keypad in words, for a port's trace. Digits are masked before they come here. */
import type { Describer } from '../port/trace.ts';
import type { PadInput } from './pad-input.ts';
import type { PadProtocol } from './pad-protocol.ts';

export function describePad(pad: PadProtocol, hid: boolean): Describer {
  const name = hid ? 'HID' : 'pad';
  return (direction, bytes) => {
    if (direction === 'out') return [`${name} message, ${bytes.length} bytes`];
    return pad.receive(bytes).map((input) => `${name} ${inputText(input)}`);
  };
}

function inputText(input: PadInput): string {
  switch (input.kind) {
    case 'tap':
      return `press key ${input.key}`;
    case 'edge':
      return `${input.down ? 'press' : 'release'} key ${input.key}`;
    case 'held':
      return input.keys.length === 0 ? 'no key' : `press key ${input.keys.join(' + ')}`;
    case 'unknown':
      return `unknown key ${input.code}`;
    case 'bad-check':
      return 'wrong check sum';
    case 'noise':
      return `not understood, ${input.octets} bytes`;
    case 'alive':
      return 'answers, no key';
  }
}
