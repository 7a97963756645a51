/** From a device's config to the running thing: its drivers from the class registries, its role from `devices/`. */
import type { HallConfig } from '../../config/hall-config.ts';
import { padWords } from '../../config/locales/pads.ts';
import { panelWords } from '../../config/locales/panels.ts';
import type { DeviceConfig, NodeConfig } from '../../config/wiring-schema.ts';
import { CallPad } from '../../devices/call-pad/call-pad.ts';
import { CheckIn, type PaperDesk } from '../../devices/check-in/check-in.ts';
import type { HallLink } from '../../devices/contract/hall-link.ts';
import type { Device } from '../../devices/device.ts';
import { HallBoard } from '../../devices/hall-board/hall-board.ts';
import { RatingKeypad } from '../../devices/rating-keypad/rating-keypad.ts';
import { SlipPrinter } from '../../devices/slip-printer/slip-printer.ts';
import type { BlockSettings } from '../../devices/ticket-kiosk/number-blocks.ts';
import { TicketKiosk } from '../../devices/ticket-kiosk/ticket-kiosk.ts';
import { WindowBoard } from '../../devices/window-board/window-board.ts';
import type { Context } from '../../drivers/context.ts';
import type { HasHealth } from '../../drivers/health.ts';
import { createKeypad } from '../../drivers/keypad/registry.ts';
import { createLineDisplay } from '../../drivers/line-display/registry.ts';
import { createScanner } from '../../drivers/scanner/registry.ts';
import { createTicketPrinter } from '../../drivers/ticket-printer/registry.ts';
import { kioskLayout } from './kiosk-layout.ts';
import { slipLayout } from './slip-layout.ts';
import type { Wiring } from './wiring.ts';

export interface BuiltDevice {
  readonly device: Device;
  readonly window: string | undefined;
  /** Its drivers, started, watched and closed by the node. */
  readonly drivers: readonly (HasHealth & { start(): void; close(): Promise<void> })[];
}

export interface BuildParts {
  readonly config: HallConfig;
  readonly node: NodeConfig;
  readonly wiring: Wiring;
  readonly link: HallLink;
  /** Of this device. */
  readonly context: Context;
  /** Another device of this box, once it is built. */
  readonly built: (device: string) => BuiltDevice | undefined;
}

export async function buildDevice(device: DeviceConfig, parts: BuildParts): Promise<BuiltDevice> {
  const { config, node, wiring, link, context } = parts;
  const { id } = device;
  const keypad = (part: string, driver: Parameters<Wiring['driver']>[3]) => {
    const { settings, context: at } = wiring.driver(id, part, 'keypad', driver);
    return createKeypad(settings, at);
  };
  const display = (driver: Parameters<Wiring['driver']>[3]) => {
    const { settings, context: at } = wiring.driver(id, 'board', 'line-display', driver);
    return createLineDisplay(settings, at);
  };
  const { timeZone } = config.rules;
  const texts = config.file.boards;
  switch (device.role) {
    case 'ticket-kiosk': {
      const panel = await keypad('panel', device.panel);
      const { settings, context: at } = wiring.driver(id, 'printer', 'ticket-printer', device.printer);
      const printer = await createTicketPrinter(settings, at);
      const layout = kioskLayout(config, device.language);
      const mattersOf = (service: string) => config.rules.services.find((each) => each.id === service)?.matters ?? [];
      const { buttons, confirm_key: confirmKey } = device;
      const kiosk = new TicketKiosk(context, {
        id,
        link,
        panel,
        printer,
        words: panelWords,
        language: device.language,
        buttons,
        layout,
        confirmKey,
        mattersOf,
        blocks: blockSettings(config, Object.values(buttons)),
      });
      return { device: kiosk, window: undefined, drivers: [panel, printer] };
    }
    case 'call-pad': {
      const { window } = device;
      const pad = await keypad('pad', device.pad);
      // F14: only where what is called by hand can be shown.
      const byHand = node.devices.some((other) => other.role === 'window-board' && other.window === window);
      const settings = { ...padSettings(config), id, window, pad, link, byHand, words: padWords };
      return { device: new CallPad(context, settings), window, drivers: [pad] };
    }
    case 'rating-keypad': {
      const { window } = device;
      const pad = await keypad('rating', device.pad);
      return { device: new RatingKeypad(context, { id, window, pad, link }), window, drivers: [pad] };
    }
    case 'window-board': {
      const { window, language } = device;
      const board = await display(device.board);
      const settings = { id, link, board, window, texts, timeZone, language };
      return { device: new WindowBoard(context, settings), window, drivers: [board] };
    }
    case 'hall-board': {
      const board = await display(device.board);
      const windows = config.rules.windows.filter(({ zone }) => device.zone === undefined || zone === device.zone);
      const ids = new Set(windows.map((window) => window.id));
      const settings = { id, link, board, texts, timeZone, windows: ids, language: device.language };
      return { device: new HallBoard(context, settings), window: undefined, drivers: [board] };
    }
    case 'check-in': {
      const { settings, context: at } = wiring.driver(id, 'scanner', 'scanner', device.scanner);
      const scanner = await createScanner(settings, at);
      const { papers_at: kiosk, appointment_code: appointment } = device;
      const tickets = Object.values(config.file.ticket).flatMap((blocks) =>
        blocks.flatMap((block) => (block.kind === 'qr' ? [block.data] : [])),
      );
      const papers = kiosk === undefined ? undefined : () => paperDesk(parts.built(kiosk));
      const codes = { tickets, appointment };
      const checkIn = new CheckIn(context, { id, scanner, link, codes, timeZone, papers });
      return { device: checkIn, window: undefined, drivers: [scanner] };
    }
    case 'slip-printer': {
      const { window } = device;
      const { settings, context: at } = wiring.driver(id, 'printer', 'ticket-printer', device.printer);
      const printer = await createTicketPrinter(settings, at);
      const layout = slipLayout(config, window);
      const ticketLayout = kioskLayout(config, 'zh');
      const slips = new SlipPrinter(context, { id, window, link, printer, layout, ticketLayout });
      return { device: slips, window, drivers: [printer] };
    }
  }
}

function blockSettings({ rules }: HallConfig, services: readonly string[]): BlockSettings | undefined {
  const { blocks, digits } = rules.numbering;
  if (blocks === undefined) return undefined;
  const prefixes = rules.services.flatMap(({ id, prefix }) => (services.includes(id) ? [[id, prefix] as const] : []));
  return { prefixes: Object.fromEntries(prefixes), digits, size: blocks.size };
}

/** A device that takes orders for papers, with its printer's state. */
function paperDesk(built: BuiltDevice | undefined): PaperDesk | undefined {
  const { device, drivers = [] } = built ?? {};
  if (device?.order === undefined) return undefined;
  const order = device.order.bind(device);
  return { ready: drivers.every(({ health }) => health.state === 'ready' || health.state === 'busy'), order };
}

/** What digits mean on a pad: `12` the window with that sign, `01` the first service; a clerk types the digits of an id. */
function padSettings({ rules }: HallConfig) {
  const windows = rules.windows.map(({ id, number }) => [String(number), { window: id }] as const);
  const services = rules.services.map(
    ({ id }, index) => [String(index + 1).padStart(2, '0'), { service: id }] as const,
  );
  const clerks = rules.clerks.flatMap(({ id }) => {
    const digits = id.replace(/\D/g, '');
    return digits === '' ? [] : ([[digits, id]] as const);
  });
  return {
    targets: new Map<string, { service: string } | { window: string }>([...services, ...windows]),
    prefixes: [...new Set(rules.services.map(({ prefix }) => prefix))],
    numberDigits: rules.numbering.digits,
    clerks: new Map(clerks),
    commandLifeMs: rules.calling.commandLifeMs,
    timeZone: rules.timeZone,
  };
}
