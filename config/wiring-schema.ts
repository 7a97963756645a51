/** What is wired where, in a hall's file: boxes, their ports, the devices on them and what drives each. */
import { z } from 'zod';
import { zId } from '../devices/contract/terms.ts';
import { zLanguage, zLocalText } from './local-text.ts';

const zPort = z.discriminatedUnion('kind', [
  z.strictObject({
    id: zId,
    kind: z.literal('serial'),
    path: z.string().max(256).describe('`/dev/serial/by-path/…`, never a bare `ttyUSBn` that moves.'),
    baud: z.int().min(300).max(921_600).default(9600),
    data_bits: z.union([z.literal(7), z.literal(8)]).default(8),
    parity: z.enum(['none', 'even', 'odd']).default('none'),
    stop_bits: z.union([z.literal(1), z.literal(2)]).default(1),
    flow: z.enum(['none', 'rtscts', 'xonxoff']).default('none'),
  }),
  z.strictObject({ id: zId, kind: z.literal('tcp'), host: z.string().max(256), port: z.int().min(1).max(65_535) }),
  z.strictObject({
    id: zId,
    kind: z.literal('hid'),
    vid: z.int().min(0).max(0xffff),
    pid: z.int().min(0).max(0xffff),
    serial: z.string().max(128).optional(),
    usb_path: z.string().max(128).optional().describe('USB path for devices without a serial number: `1-1.4`.'),
    interface: z.int().min(0).max(32).optional(),
  }),
  z.strictObject({ id: zId, kind: z.literal('usblp'), path: z.string().max(256) }),
  /** Hardware simulated at the far end; `baud` gives the cable a line's speed, 0 is instant. */
  z.strictObject({
    id: zId,
    kind: z.literal('simulated'),
    unit: z.enum(['bytes', 'report']).default('bytes'),
    baud: z.int().min(0).max(921_600).default(0),
  }),
]);
export type PortConfig = z.output<typeof zPort>;

/** A driver on a port: which protocol, which model, which address. `options` are checked by the protocol's own schema. */
const zDriver = z.strictObject({
  protocol: z.string().max(64),
  profile: z.string().max(64).optional(),
  port: zId,
  address: z.int().min(0).max(65_535).optional(),
  options: z.record(z.string(), z.unknown()).default({}),
});
export type DriverConfig = z.output<typeof zDriver>;

const zDevice = z.discriminatedUnion('role', [
  z.strictObject({
    id: zId,
    role: z.literal('ticket-kiosk'),
    panel: zDriver,
    printer: zDriver,
    buttons: z.record(z.string(), zId).describe('Key name to service.'),
    language: zLanguage,
    name: zLocalText
      .optional()
      .describe('What visitors call it, on the hall board, such as "East gate kiosk". Default: its id.'),
    neighbours: z
      .array(zId)
      .max(50)
      .optional()
      .describe('The kiosks to send visitors to when this one is out, nearest first. Default: by their order here.'),
    confirm_key: z
      .string()
      .max(32)
      .optional()
      .describe('Several services on one number, by pressing several and this key (F-less kiosks leave it out).'),
  }),
  z.strictObject({ id: zId, role: z.literal('window-board'), window: zId, board: zDriver, language: zLanguage }),
  z.strictObject({ id: zId, role: z.literal('call-pad'), window: zId, pad: zDriver }),
  z.strictObject({ id: zId, role: z.literal('rating-keypad'), window: zId, pad: zDriver }),
  z.strictObject({
    id: zId,
    role: z.literal('hall-board'),
    board: zDriver,
    zone: z.string().max(32).optional().describe('Only calls to windows of this zone; default all.'),
    language: zLanguage,
  }),
  z.strictObject({
    id: zId,
    role: z.literal('check-in'),
    scanner: zDriver,
    papers_at: zId
      .optional()
      .describe('The kiosk of the same box that prints the number; without one a person says it.'),
    appointment_code: z
      .string()
      .max(200)
      .regex(/\{appointment\}/, 'the code of an appointment stands at {appointment}')
      .default('{appointment}')
      .describe('What an appointment’s code looks like, around its own letters and digits.'),
  }),
  z.strictObject({ id: zId, role: z.literal('slip-printer'), window: zId, printer: zDriver }),
]);
export type DeviceConfig = z.output<typeof zDevice>;

export const zNode = z.strictObject({
  id: zId,
  store: z.string().max(256).optional().describe('Where its outbox is kept; default `<data>/<node>.sqlite`.'),
  outbox_limit: z.int().min(100).max(1_000_000).default(20_000),
  ports: z.array(zPort).max(400),
  devices: z.array(zDevice).max(400),
});
export type NodeConfig = z.output<typeof zNode>;
