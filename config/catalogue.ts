/**
 * Which protocols exist, and what each lets one write: the only file of config that knows the drivers' registries.
 * A class that is not filled in is not looked at: its protocols, options and profiles pass as they are.
 */
import type { z } from 'zod';
import { inGbk } from '../drivers/bytes/gbk.ts';

export type DriverClass = 'ticket-printer' | 'line-display' | 'keypad';

export interface ProtocolEntry {
  readonly options: z.ZodType;
  /** What its port must carry; default `any`. */
  readonly unit?: 'bytes' | 'report' | 'any';
  /** Several devices on one line, each with an address. */
  readonly multiDrop?: boolean;
}

export interface ClassEntry {
  readonly protocols: Readonly<Record<string, ProtocolEntry>>;
  /** The shape of `config/profiles/<class>/<name>.yaml`. */
  readonly profile: z.ZodType;
  /** Names of a pad's keys; `undefined` where the profile has none. */
  keysOf?(profile: unknown): readonly string[] | undefined;
}

export interface DriverCatalogue {
  readonly classes: Readonly<Partial<Record<DriverClass, ClassEntry>>>;
  /** Has the Chinese font that printers and boards share this character? Without it every character passes. */
  readonly inFont?: (character: string) => boolean;
}

/** The registries of `drivers/<class>/registry.ts` go in here, one line a class. */
export const driverCatalogue: DriverCatalogue = { classes: {}, inFont: inGbk };
