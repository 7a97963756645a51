/**
 * Which protocols exist, and what each lets one write: the only file of config that knows the drivers' registries.
 * A new protocol or profile shows up here by itself, from its class's registry; a new class gets an entry.
 */
import { z } from 'zod';
import { inGb2312, inGbk } from '../drivers/bytes/gbk.ts';
import { type KeypadProfile, keypadOptions, keypadProfile, keypadProtocols } from '../drivers/keypad/registry.ts';
import type { BoardProtocol } from '../drivers/line-display/protocol.ts';
import { boardProtocols } from '../drivers/line-display/registry.ts';
import { scannerProtocols } from '../drivers/scanner/registry.ts';
import { ticketPrinterOptions, ticketPrinterProfile } from '../drivers/ticket-printer/registry.ts';

export type DriverClass = 'ticket-printer' | 'line-display' | 'keypad' | 'scanner';

/** The characters that a device can show. */
export interface Font {
  readonly name: string;
  has(character: string): boolean;
}

export interface ProtocolEntry {
  readonly options: z.ZodType;
  /** What its port must carry; default `any`. */
  readonly unit?: 'bytes' | 'report' | 'any';
  /** False: has its cable to itself. Several on one line each need an address. */
  readonly multiDrop?: boolean;
  /** There is no device of this protocol that needs no profile. */
  readonly needsProfile?: boolean;
  /** From the first to the last that a device can have; `none`: it has no address. */
  readonly addresses?: readonly [number, number] | 'none';
  /**
   * With options of the right shape: what the device can show, where it is less than a printer's font. Throws an `Error`
   * that says what is wrong with the options as a whole.
   */
  font?(address: number | undefined, options: unknown): Font | undefined;
}

export interface ClassEntry {
  /** Each loaded when a hall names it. */
  readonly protocols: Readonly<Record<string, () => Promise<ProtocolEntry>>>;
  /** The shape of `config/profiles/<class>/<name>.yaml`. */
  readonly profile: z.ZodType;
  /** The one protocol that a profile is for, if it says so. */
  protocolOf?(profile: unknown): string | undefined;
  /** Names of a pad's keys; `undefined` where the profile leaves them to the device. */
  keysOf?(profile: unknown): readonly string[] | undefined;
  /** Options that come with the profile; those of the hall's file go over them. */
  optionsOf?(profile: unknown): Readonly<Record<string, unknown>>;
  /** Printable dots across a printer's paper; `undefined` for the class's own choice of a profile. */
  paperDotsOf?(profile: unknown): number;
  /** Names of the pictures that a printer's options tell of. */
  logosOf?(options: Readonly<Record<string, unknown>>): readonly string[];
}

export interface DriverCatalogue {
  readonly classes: Readonly<Partial<Record<DriverClass, ClassEntry>>>;
  /** The Chinese font of ticket printers. */
  readonly font: Font;
}

const gbk: Font = { name: 'GBK', has: inGbk };
const gb2312: Font = { name: 'GB 2312', has: inGb2312 };

/** Only the options say what the model is; each protocol checks its own. */
const zOptionsProfile = z.strictObject({
  name: z.string().max(80),
  /** Where these facts come from: document, edition, section. */
  source: z.string().max(500),
  protocol: z.string().max(64).optional(),
  options: z.record(z.string(), z.unknown()).default({}),
});

export const driverCatalogue: DriverCatalogue = {
  font: gbk,
  classes: {
    'ticket-printer': {
      protocols: Object.fromEntries(
        Object.entries(ticketPrinterOptions).map(([name, load]) => [
          name,
          async () => ({ options: await load(), unit: 'bytes', multiDrop: false }) as const,
        ]),
      ),
      profile: ticketPrinterProfile,
      paperDotsOf: (profile) => ticketPrinterProfile.parse(profile ?? { name: 'generic' }).paper.dots,
      logosOf: ({ stored_logos, logos }) => [...Object.keys(stored_logos ?? {}), ...Object.keys(logos ?? {})],
    },
    'line-display': {
      protocols: Object.fromEntries(
        Object.entries(boardProtocols).map(([name, protocol]) => [name, async () => boardEntry(protocol)]),
      ),
      profile: zOptionsProfile,
      protocolOf: (profile) => (profile as z.output<typeof zOptionsProfile>).protocol,
      optionsOf: (profile) => (profile as z.output<typeof zOptionsProfile>).options,
    },
    scanner: {
      protocols: Object.fromEntries(
        Object.entries(scannerProtocols).map(([name, options]) => [
          name,
          async () => ({ options, unit: name === 'serial-scan' ? 'bytes' : 'report', multiDrop: false }) as const,
        ]),
      ),
      profile: zOptionsProfile,
      protocolOf: (profile) => (profile as z.output<typeof zOptionsProfile>).protocol,
      optionsOf: (profile) => (profile as z.output<typeof zOptionsProfile>).options,
    },
    keypad: {
      protocols: Object.fromEntries(keypadProtocols.map((name) => [name, async () => keypadEntry(name)])),
      profile: keypadProfile,
      protocolOf: (profile) => (profile as KeypadProfile).protocol,
      keysOf: (profile) => {
        const keys = (profile as KeypadProfile).keys.flatMap(({ key, hold }) =>
          hold === undefined ? key : [key, hold.key],
        );
        return keys.length === 0 ? undefined : keys;
      },
    },
  },
};

/** Broadcast and reserved addresses are left out: a board has one of its own. Frame recipes are as the maker says. */
const boardAddresses: Readonly<Record<string, readonly [number, number] | 'none'>> = {
  // "BX-5K/6K通讯协议用户版本" V1.4: 0 reserved, FFFE and 8000 where the address does not matter (TCP), FFFF broadcast.
  'onbon-bx-k': [1, 0xfffe],
  'onbon-bx-e': [1, 0xfffe],
  // MODBUS over Serial Line V1.02, section 2.2: 1 to 247.
  modbus: [1, 247],
  // Alpha Sign Communications Protocol, form 9708-8061: two hex digits, 00 is all signs.
  alpha: [1, 0xff],
  // AM004-03128/03127 communication, version 2.2: ID 01 to FF, 00 is all boards.
  am03127: [1, 0xff],
  // Customer displays hang on RS-232, one on each cable.
  cd5220: 'none',
  'epson-dm': 'none',
};

function boardEntry(protocol: BoardProtocol): ProtocolEntry {
  const addresses = boardAddresses[protocol.name];
  return {
    options: protocol.options,
    unit: 'bytes',
    multiDrop: addresses !== 'none',
    ...(addresses === undefined ? {} : { addresses }),
    font: (address, options) => (protocol.bind(address, options).model.alphabet === 'gb2312' ? gb2312 : undefined),
  };
}

type KeypadProtocol = (typeof keypadProtocols)[number];

/** Pads on the standard usage pages describe themselves; the others are known by their profile alone. */
const selfDescribing: readonly KeypadProtocol[] = ['hid-standard', 'hid-keyboard'];

function keypadEntry(name: KeypadProtocol): ProtocolEntry {
  const serial = name === 'serial-frame';
  return {
    options: keypadOptions,
    unit: serial ? 'bytes' : 'report',
    multiDrop: serial,
    needsProfile: !selfDescribing.includes(name),
  };
}
