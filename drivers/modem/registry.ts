/** Modem protocols by name: the only file that knows them all. */
import { z } from 'zod';
import type { DriverContext, DriverSettings } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import type { SmsSender } from '../sms-sender.ts';
import { GsmModem } from './gsm-modem.ts';
import { zModemOptions } from './modem-profile.ts';

/** Protocol names that a config may give, with their options. */
export const modemProtocols = { 'at-pdu': zModemOptions } as const;

/** Throws `DeviceError` `illegal` for a protocol that is not known and for options that are wrong. */
export async function createModem(settings: DriverSettings, context: DriverContext): Promise<SmsSender> {
  const { protocol, profile, options } = settings;
  if (protocol !== 'at-pdu')
    throw new DeviceError('illegal', `${context.name}: no modem protocol "${protocol}"; there is at-pdu`);
  const { options: facts = {} } = (typeof profile === 'object' && profile !== null ? profile : {}) as {
    readonly options?: object;
  };
  const checked = zModemOptions.safeParse({ ...facts, ...options });
  if (!checked.success)
    throw new DeviceError('illegal', `${context.name}: modem options: ${z.prettifyError(checked.error)}`);
  return new GsmModem(context, checked.data);
}
