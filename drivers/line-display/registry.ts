/** The board protocols by name. A new one: its file, its line here, its test. */
import type { DriverContext, DriverSettings } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import type { Describer } from '../port/trace.ts';
import { alpha } from './alpha.ts';
import { am03127 } from './am03127.ts';
import { BoardDriver } from './board-driver.ts';
import { cd5220 } from './cd5220.ts';
import { describeBoard } from './describe.ts';
import { epsonDm } from './epson-dm.ts';
import { frameRecipe } from './frame-recipe.ts';
import type { LineDisplay } from './line-display.ts';
import { modbus } from './modbus.ts';
import { onbonBxE } from './onbon-bx-e.ts';
import { onbonBxK } from './onbon-bx-k.ts';
import type { BoardCommissioning, BoardLanguage, BoardProtocol } from './protocol.ts';

/** All are loaded: the config checks every board's options against its protocol's schema, and they are small. */
export const boardProtocols: Readonly<Record<string, BoardProtocol>> = {
  'onbon-bx-k': onbonBxK,
  'onbon-bx-e': onbonBxE,
  modbus,
  cd5220,
  'epson-dm': epsonDm,
  alpha,
  am03127,
  'frame-recipe': frameRecipe,
};

export async function createLineDisplay(settings: DriverSettings, context: DriverContext): Promise<LineDisplay> {
  return new BoardDriver(context, { language: boardLanguage(settings) });
}

/** For a port's trace. */
export function describeLineDisplay(settings: DriverSettings): Describer {
  return describeBoard(settings.protocol, boardLanguage(settings));
}

/** A protocol with its profile's facts, the hall's own options over them, and its address. */
export function boardLanguage(settings: DriverSettings): BoardLanguage {
  return withOptions(settings, (found, options) => found.bind(settings.address, options));
}

/** What the commissioning command may send; `undefined` where such boards are set by the maker's tool. */
export function boardCommissioning(settings: DriverSettings): BoardCommissioning | undefined {
  return withOptions(settings, (found, options) => found.commissioning?.(options));
}

function withOptions<Made>(
  { protocol, profile, options }: DriverSettings,
  make: (found: BoardProtocol, options: unknown) => Made,
): Made {
  const found = Object.hasOwn(boardProtocols, protocol) ? boardProtocols[protocol] : undefined;
  if (found === undefined) {
    const known = Object.keys(boardProtocols).join(', ');
    throw new DeviceError('illegal', `No board protocol "${protocol}"; there are ${known}`);
  }
  const facts = profileOptions(profile);
  try {
    return make(found, { ...facts, ...options });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError('illegal', `Options of board protocol "${protocol}": ${text}`, { cause });
  }
}

/** A profile is its options, or an object that holds them beside its name and source. */
function profileOptions(profile: unknown): Readonly<Record<string, unknown>> {
  if (typeof profile !== 'object' || profile === null) return {};
  const { options } = profile as { readonly options?: unknown };
  return typeof options === 'object' && options !== null ? { ...options } : {};
}
