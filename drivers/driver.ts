/** What every driver is built from: its settings from the config, and the world it lives in. Each class's `registry.ts` takes these two. */
import type { Context } from './context.ts';
import type { Line } from './line/line.ts';
import type { PortLink } from './port/port-link.ts';

export interface DriverSettings {
  /** Its registry name: `escpos`, `onbon-bx-k`, `serial-frame` … */
  readonly protocol: string;
  /** The model's facts, as its class's profile schema gave them; `undefined` = the protocol's generic profile. */
  readonly profile?: unknown;
  /** On a line of several. */
  readonly address?: number | undefined;
  /** Checked by the protocol's own zod schema. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface DriverContext extends Context {
  /** For messages: `w3-board`. */
  readonly name: string;
  /** Shared by all on one port; started and closed by its owner, never by a driver. */
  readonly link: PortLink;
  /** The port's one scheduler, made at first use. */
  readonly line: () => Line;
}
