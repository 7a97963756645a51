/** Every fault a ticket printer can have: where it sits, whether it stops work, and what a technician does about it. */
import type { FaultKind } from '../health.ts';

export interface FaultText {
  readonly kind: FaultKind;
  readonly severity: 'warning' | 'error';
  readonly remedy: string;
}

const faults = {
  'port-gone': {
    kind: 'port',
    severity: 'error',
    remedy: 'The printer is not connected: check its cable and power.',
  },
  'no-answer': {
    kind: 'mute',
    severity: 'error',
    remedy: 'Connected but no answer: switch the printer on, check the data cable and the flow-control switch.',
  },
  garbled: {
    kind: 'garbled',
    severity: 'error',
    remedy:
      'Received invalid answers: check baud rate and parity on the printer and in the config, then the model profile.',
  },
  'cover-open': { kind: 'said', severity: 'error', remedy: 'Close the cover until it clicks.' },
  'paper-out': {
    kind: 'said',
    severity: 'error',
    remedy: 'Load a new roll and close the cover; a ticket that was cut short then goes on by itself.',
  },
  'paper-near-end': { kind: 'said', severity: 'warning', remedy: 'The roll is nearly used up: bring a new one.' },
  'paper-low': {
    kind: 'said',
    severity: 'warning',
    remedy: 'By the millimetres counted the roll is nearly used up (this model has no sensor): bring a new one.',
  },
  cutter: {
    kind: 'said',
    severity: 'error',
    remedy:
      'The cutter is stuck: open the cover, clear paper from the blade, close it; if it stays, turn the cutter wheel.',
  },
  mechanical: {
    kind: 'said',
    severity: 'error',
    remedy: 'The mechanism is blocked: open the cover, clear the paper path, close it.',
  },
  jam: {
    kind: 'said',
    severity: 'error',
    remedy: 'Paper is jammed on its way out: open the front, pull it free, close it.',
  },
  'black-mark': {
    kind: 'said',
    severity: 'error',
    remedy: 'No black mark found: load the marked paper the right way round and close the cover.',
  },
  unrecoverable: {
    kind: 'said',
    severity: 'error',
    remedy:
      'The printer reports a defect (voltage, memory or print head): switch it off and on; if it stays, exchange it.',
  },
  'head-hot': {
    kind: 'said',
    severity: 'error',
    remedy:
      'The print head is too hot or was lifted: wait, it goes on by itself; check the cover and the power supply.',
  },
  offline: {
    kind: 'said',
    severity: 'error',
    remedy: 'The printer is offline and reports no reason: press its feed button and check its lamps.',
  },
  'logo-missing': {
    kind: 'said',
    severity: 'warning',
    remedy:
      'The file of a logo is not there or is no picture: tickets come without it; check "file" under options.logos.',
  },
  'logo-not-stored': {
    kind: 'said',
    severity: 'warning',
    remedy: 'A logo is not in the printer’s memory and is sent with each ticket: run "halld printer-logos" once.',
  },
  'fence-too-early': {
    kind: 'garbled',
    severity: 'warning',
    remedy:
      'This model confirms tickets before they are printed: set its profile to "confirm: none" or to process ids.',
  },
} as const satisfies Readonly<Record<string, FaultText>>;

type PrinterFault = keyof typeof faults;

export function faultText(code: string): FaultText {
  return Object.hasOwn(faults, code) ? faults[code as PrinterFault] : faults.offline;
}
