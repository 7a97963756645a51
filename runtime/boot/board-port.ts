/** The port that a board command works on: named on the command line, or taken from a hall's file. */
import { loadHall } from '../../config/load.ts';
import type { HallFile } from '../../config/schema.ts';
import { systemClock } from '../../drivers/clock.ts';
import type { DriverSettings } from '../../drivers/driver.ts';
import { DeviceError } from '../../drivers/errors.ts';
import { createLine } from '../../drivers/line/create-line.ts';
import type { Line } from '../../drivers/line/line.ts';
import { silentLog } from '../../drivers/log.ts';
import { PortLink } from '../../drivers/port/port-link.ts';
import type { PortOptions } from '../../drivers/port/port-options.ts';
import { makePort } from '../../drivers/port/registry.ts';
import { UsageError } from './command.ts';

export const portOptions = {
  serial: { type: 'string' },
  tcp: { type: 'string' },
  baud: { type: 'string' },
  parity: { type: 'string' },
  'data-bits': { type: 'string' },
  config: { type: 'string' },
  device: { type: 'string' },
} as const;

export const portHelp = `  --serial PATH      a serial port: /dev/serial/by-path/…; with --baud N (9600), --parity none|even|odd, --data-bits 7|8
  --tcp HOST:PORT    a network board or a serial server
  --config FILE --device ID
                     the port, protocol, address and options of a board in a hall's file`;

type PortValues = Readonly<Partial<Record<keyof typeof portOptions, string>>>;

export interface ChosenBoard {
  readonly port: PortOptions;
  /** From the hall's file; `undefined` with a port named on the command line. */
  readonly settings: DriverSettings | undefined;
}

export async function choosePort(values: PortValues): Promise<ChosenBoard> {
  const named = [values.serial, values.tcp, values.config].filter((each) => each !== undefined);
  if (named.length !== 1) throw new UsageError('name one of --serial, --tcp, --config');
  if (values.config !== undefined) return fromHall(values.config, values.device);
  if (values.tcp !== undefined) {
    const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(values.tcp) ?? [];
    if (host === '') throw new UsageError('--tcp is written HOST:PORT');
    return { port: { kind: 'tcp', host, port: Number(port) }, settings: undefined };
  }
  const parity = values.parity ?? 'none';
  if (parity !== 'none' && parity !== 'even' && parity !== 'odd') throw new UsageError('--parity is none, even or odd');
  const bits = values['data-bits'] ?? '8';
  if (bits !== '7' && bits !== '8') throw new UsageError('--data-bits is 7 or 8');
  const port: PortOptions = {
    ...{ kind: 'serial', path: values.serial ?? '', baud: wholeNumber('baud', values.baud ?? '9600', 300, 921_600) },
    ...{ parity, data_bits: bits === '7' ? 7 : 8, stop_bits: 1, flow: 'none' },
  };
  return { port, settings: undefined };
}

async function fromHall(path: string, device: string | undefined): Promise<ChosenBoard> {
  const { file, profiles } = await loadHall(path);
  const found = boardsOf(file).find(({ id }) => id === device);
  if (found === undefined) {
    const known = boardsOf(file).map(({ id }) => id);
    throw new UsageError(`--device names a board of the hall: ${known.slice(0, 20).join(', ')}`);
  }
  const { board, ports } = found;
  const port = ports.find(({ id }) => id === board.port);
  if (port === undefined || port.kind === 'simulated')
    throw new UsageError(`the port of ${found.id} is simulated: there is no real board on it`);
  const profile = board.profile === undefined ? undefined : profiles.get(`line-display/${board.profile}`);
  const { protocol, address, options } = board;
  return { port, settings: { protocol, profile, address, options } };
}

function boardsOf(file: HallFile) {
  return file.nodes.flatMap(({ ports, devices }) =>
    devices.flatMap((device) =>
      device.role === 'window-board' || device.role === 'hall-board'
        ? [{ id: device.id, board: device.board, ports }]
        : [],
    ),
  );
}

/** The boards that a command means: of the hall's file, with what the command line says over it. */
export function boardSettings(
  known: DriverSettings | undefined,
  values: { readonly protocol?: string; readonly addresses?: string; readonly option?: readonly string[] },
): readonly DriverSettings[] {
  const protocol = values.protocol ?? known?.protocol;
  if (protocol === undefined) throw new UsageError('name the protocol: --protocol');
  const options = { ...known?.options, ...Object.fromEntries((values.option ?? []).map(optionOf)) };
  const addresses = values.addresses === undefined ? [known?.address ?? 1] : addressRange(values.addresses);
  return addresses.map((address) => ({ protocol, profile: known?.profile, address, options }));
}

function optionOf(text: string): [string, unknown] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError('--option is written NAME=VALUE');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

export function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`--${name} is a whole number from ${min} to ${max}`);
  return value;
}

/** `1-32` or `5`. */
export function addressRange(text: string): readonly number[] {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || to < from || to > 0xffff || to - from > 255)
    throw new UsageError('addresses are written "5" or "1-32", at most 256 of them');
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

export interface OpenLine {
  readonly link: PortLink;
  readonly line: Line;
}

const openWithinMs = 3_000;

/** Rejects with the port's own reason when it does not open. */
export async function openLine(port: PortOptions): Promise<OpenLine> {
  const name = port.kind === 'tcp' ? `${port.host}:${port.port}` : 'path' in port ? port.path : port.kind;
  const context = { clock: systemClock, random: Math.random, log: silentLog };
  const link = new PortLink(context, { name, makePort: makePort(port, context) });
  const line = createLine(context, { link });
  const opened = new Promise<boolean>((resolve) => {
    const timer = systemClock.after(openWithinMs, () => resolve(false));
    link.opened.on(() => {
      timer.cancel();
      resolve(true);
    });
    link.down.on(() => {
      timer.cancel();
      resolve(false);
    });
  });
  link.start();
  if (await opened) return { link, line };
  const why = link.lastError?.message ?? `${name} does not open within ${openWithinMs / 1000} s`;
  await link.close();
  throw new DeviceError('no-hardware', why);
}
