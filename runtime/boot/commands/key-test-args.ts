/** The command line of `halld key-test`. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { messageOf } from '../../../drivers/errors.ts';
import { type KeypadProfile, keypadProfile } from '../../../drivers/keypad/registry.ts';
import type { PortOptions } from '../../../drivers/port/port-options.ts';
import { UsageError } from '../command.ts';

export interface KeyTestArgs {
  readonly port: PortOptions;
  readonly baud: number;
  readonly profile: KeypadProfile | undefined;
  readonly address: number | undefined;
  readonly learn: readonly string[];
  readonly model: string;
  /** `undefined` = until it is stopped. */
  readonly seconds: number | undefined;
  readonly json: boolean;
}

const keyName = /^[a-z0-9][a-z0-9-]{0,31}$/;
const profiles = new URL('../../../config/profiles/keypad/', import.meta.url);

export async function readKeyTestArgs(args: readonly string[]): Promise<KeyTestArgs> {
  const values = parsed(args);
  const learn = (values.learn ?? '').split(',').filter((key) => key !== '');
  const wrong = learn.find((key) => !keyName.test(key));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no key name: a-z, 0-9 and "-"`);
  if (new Set(learn).size < learn.length) throw new UsageError('a key is named twice');
  const baud = whole(values.baud, '--baud', 300, 921_600) ?? 9600;
  return {
    port: portOf(values, baud),
    baud,
    profile: values.profile === undefined ? undefined : await profileOf(values.profile),
    address: whole(values.address, '--address', 0, 65_535),
    learn,
    model: values.model,
    seconds: whole(values.seconds, '--seconds', 1, 86_400),
    json: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        serial: { type: 'string' },
        baud: { type: 'string' },
        parity: { type: 'string', default: 'none' },
        'data-bits': { type: 'string', default: '8' },
        'stop-bits': { type: 'string', default: '1' },
        hid: { type: 'string' },
        'usb-path': { type: 'string' },
        interface: { type: 'string' },
        profile: { type: 'string' },
        address: { type: 'string' },
        learn: { type: 'string' },
        model: { type: 'string', default: 'unknown pad' },
        seconds: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portOf(values: ReturnType<typeof parsed>, baud: number): PortOptions {
  if ((values.serial === undefined) === (values.hid === undefined))
    throw new UsageError('name one port: --serial PATH or --hid VID:PID');
  if (values.serial !== undefined)
    return {
      kind: 'serial',
      path: values.serial,
      baud,
      data_bits: oneOf(values['data-bits'], '--data-bits', ['7', '8']) === '7' ? 7 : 8,
      parity: oneOf(values.parity, '--parity', ['none', 'even', 'odd']),
      stop_bits: oneOf(values['stop-bits'], '--stop-bits', ['1', '2']) === '2' ? 2 : 1,
      flow: 'none',
    };
  const [, vid, pid, serial] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})(?::(.+))?$/i.exec(values.hid ?? '') ?? [];
  if (vid === undefined || pid === undefined) throw new UsageError('--hid is written 1234:5301 or 1234:5301:SERIAL');
  return {
    kind: 'hid',
    vid: Number.parseInt(vid, 16),
    pid: Number.parseInt(pid, 16),
    serial,
    usb_path: values['usb-path'],
    interface: whole(values.interface, '--interface', 0, 32),
  };
}

async function profileOf(name: string): Promise<KeypadProfile> {
  const file = name.includes('/') || name.endsWith('.yaml') ? name : new URL(`${name}.yaml`, profiles);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`no profile "${name}": a name in config/profiles/keypad, or a file (${messageOf(error)})`);
  });
  const result = keypadProfile.safeParse(parse(text));
  if (result.success) return result.data;
  throw new UsageError(`the profile "${name}" is wrong: ${result.error.issues[0]?.message ?? 'see "halld check"'}`);
}

function oneOf<T extends string>(value: string, option: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new UsageError(`${option} is one of ${allowed.join(', ')}`);
  return found;
}

function whole(value: string | undefined, option: string, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(`${option} is a whole number from ${min} to ${max}`);
}
