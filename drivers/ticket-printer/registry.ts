/** The ticket-printer protocols by name, each loaded when the config names it, and the one schema of their profiles. */
import type { z } from 'zod';
import type { DriverContext, DriverSettings } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import type { Describer } from '../port/trace.ts';
import { describePrinter } from './describe.ts';
import { zEscposOptions } from './escpos-options.ts';
import { genericEpson, zPrinterProfile } from './profile.ts';
import type { TicketPrinter } from './ticket-printer.ts';

export const ticketPrinterProfile = zPrinterProfile;

type Make = (settings: DriverSettings, context: DriverContext) => TicketPrinter;

const protocols: Readonly<Record<string, () => Promise<Make>>> = {
  escpos: async () => {
    const { EscposPrinter } = await import('./escpos.ts');
    return ({ profile, options }, context) =>
      new EscposPrinter(context, {
        profile: profile === undefined ? genericEpson : zPrinterProfile.parse(profile),
        options: zEscposOptions.parse(options),
      });
  },
};

export const ticketPrinterProtocols: readonly string[] = Object.keys(protocols);

/** What a hall's file may contain under `options` of each, loaded as the protocols are. */
export const ticketPrinterOptions: Readonly<Record<string, () => Promise<z.ZodType>>> = {
  escpos: async () => zEscposOptions,
};

/** For a port's trace. */
export function describeTicketPrinter({ profile }: DriverSettings): Describer {
  return describePrinter(profile === undefined ? genericEpson : zPrinterProfile.parse(profile));
}

export async function createTicketPrinter(settings: DriverSettings, context: DriverContext): Promise<TicketPrinter> {
  const load = Object.hasOwn(protocols, settings.protocol) ? protocols[settings.protocol] : undefined;
  if (load === undefined) {
    const known = ticketPrinterProtocols.join(', ');
    throw new DeviceError(
      'illegal',
      `${context.name}: no ticket-printer protocol "${settings.protocol}"; known: ${known}`,
    );
  }
  const make = await load();
  try {
    return make(settings, context);
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError('illegal', `${context.name}: wrong options or profile: ${text}`, { cause });
  }
}
