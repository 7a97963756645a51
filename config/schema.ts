/**
 * One hall, one file: its rules and what is wired where. The shape is checked here, what refers to what in `check.ts`;
 * `load.ts` refuses a wrong file as a whole. Exported as JSON Schema for editors.
 */
import { z } from 'zod';
import { zId } from '../devices/contract/terms.ts';

/** What people read, in both languages; stricter than on the wire: a third language would be dropped silently. */
const zLocalText = z.strictObject({ zh: z.string().min(1).max(500), en: z.string().min(1).max(500) });

const zTimeOfDay = z.string().regex(/^([01]\d|2[0-4]):[0-5]\d$/, 'a time of day is written "09:00"');
const zSpan = z.strictObject({ from: zTimeOfDay, to: zTimeOfDay });
const zMinutes = z.number().min(0).max(1440);
const zSeconds = z.number().min(0).max(86_400);

const zCalendar = z.strictObject({
  /** Weekday to opening spans; a missing day is closed. Two spans leave a lunch break. */
  week: z.strictObject({
    mon: z.array(zSpan).max(4).default([]),
    tue: z.array(zSpan).max(4).default([]),
    wed: z.array(zSpan).max(4).default([]),
    thu: z.array(zSpan).max(4).default([]),
    fri: z.array(zSpan).max(4).default([]),
    sat: z.array(zSpan).max(4).default([]),
    sun: z.array(zSpan).max(4).default([]),
  }),
  /** Dates that differ: `2026-10-01: []` is a holiday. */
  exceptions: z.record(z.iso.date(), z.array(zSpan).max(4)).default({}),
  ticketing_lead_min: zMinutes.default(30),
  last_ticket_before_close_min: zMinutes.default(10),
  last_ticket_by_capacity: z.boolean().default(false),
});

const zMatter = z.strictObject({
  id: zId,
  code: z.string().min(1).max(32),
  name: zLocalText,
  department: zId,
  documents: z.array(zLocalText).max(20).default([]),
  standard_min: z.number().min(0.5).max(480),
  decided: z.enum(['on-the-spot', 'back-office']).default('on-the-spot'),
});

const zService = z.strictObject({
  id: zId,
  prefix: z.string().regex(/^[A-Z]{1,2}$/, 'a prefix is one or two capital letters'),
  name: zLocalText,
  matters: z.array(zId).min(1).max(200),
  /** Several matters done as one thing (一件事一次办): a ticket that names none has them all. */
  together: z.boolean().default(false),
  tier: z.int().min(1).max(9).default(1),
  daily_quota: z.int().min(1).nullable().default(null),
});

const zWindow = z.strictObject({
  id: zId,
  number: z.int().min(0).max(9999),
  name: zLocalText,
  zone: z.string().max(32).default(''),
  role: z.enum(['intake', 'certificate', 'desk']).default('intake'),
  serves: z
    .union([z.literal('all'), z.array(z.strictObject({ service: zId, tier: z.int().min(1).max(9).default(1) })).min(1)])
    .default('all'),
});

const zClerk = z.strictObject({
  id: zId,
  name: z.string().max(64),
  matters: z.union([z.literal('all'), z.array(zId)]).default('all'),
  pin_hash: z.string().max(256).nullable().default(null),
  supervisor: z.boolean().default(false),
});

const zCalling = z.strictObject({
  policy: z
    .discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('accumulating'),
        rates_per_minute: z.strictObject({
          ordinary: z.number().positive().default(1),
          priority: z.number().positive().default(2),
          appointment: z.number().positive().default(1.5),
          returning: z.number().positive().default(3),
        }),
      }),
      z.strictObject({ kind: z.literal('fifo') }),
      z.strictObject({
        kind: z.literal('strict'),
        order: z.array(z.enum(['ordinary', 'priority', 'appointment', 'returning'])).length(4),
      }),
      z.strictObject({
        kind: z.literal('alternate'),
        first: z.enum(['ordinary', 'priority', 'appointment', 'returning']),
        n: z.int().min(1).max(100),
        m: z.int().min(1).max(100),
      }),
    ])
    .default({
      kind: 'accumulating',
      rates_per_minute: { ordinary: 1, priority: 2, appointment: 1.5, returning: 3 },
    }),
  recall_limit: z.int().min(0).max(20).default(3),
  recall_pause_s: zSeconds.default(5),
  min_calls_before_miss: z.int().min(1).max(20).default(1),
  min_s_before_miss: zSeconds.default(10),
  return_within_min: zMinutes.default(120),
  command_life_s: zSeconds.default(10),
  certificate_when: z.enum(['all', 'first']).default('all'),
});

const zRating = z.strictObject({
  timeout_s: zSeconds.default(30),
  follow_up_level: z.int().min(0).max(4).default(2),
  follow_up_working_days: z.int().min(1).max(60).default(5),
});

/** The ticket's blocks. `{…}` in a text is filled in: see `config/ticket-template.ts` for the fields. */
const zAlign = z.enum(['left', 'centre', 'right']);
const zTemplateBlock = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    text: z.string().max(500),
    align: zAlign.default('left'),
    size: z.int().min(1).max(8).default(1),
    bold: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('documents'),
    title: z.string().max(100),
    item: z.string().max(100).default('{n}. {document}'),
  }),
  z.strictObject({
    kind: z.literal('matters'),
    title: z.string().max(100),
    item: z.string().max(100).default('{n}. {matter}'),
  }),
  z.strictObject({
    kind: z.literal('qr'),
    data: z.string().max(300),
    module_dots: z.int().min(2).max(16).default(6),
    align: zAlign.default('centre'),
  }),
  z.strictObject({ kind: z.literal('rule') }),
  z.strictObject({ kind: z.literal('logo'), logo: z.string().max(64), align: zAlign.default('centre') }),
  z.strictObject({ kind: z.literal('feed'), lines: z.int().min(1).max(20) }),
]);

export type TemplateBlock = z.output<typeof zTemplateBlock>;

const zTicketTemplates = z.strictObject({
  zh: z.array(zTemplateBlock).min(1).max(60),
  en: z.array(zTemplateBlock).min(1).max(60),
});

const zBoardTexts = z
  .strictObject({
    /** `{number}` and `{window}` are filled in. */
    called: z.array(z.string().max(100)).min(1).max(4).default(['{number}', '请到{window}号窗口']),
    serving: z.array(z.string().max(100)).min(1).max(4).default(['{number}', '正在办理']),
    idle: z.array(z.string().max(100)).min(1).max(4).default(['{name}', '欢迎光临']),
    paused: z.array(z.string().max(100)).min(1).max(4).default(['{name}', '暂停服务']),
    closed: z.array(z.string().max(100)).min(1).max(4).default(['{name}', '窗口关闭']),
    /** Shown without a fresh hub: a board never lies. */
    stale: z.array(z.string().max(100)).min(1).max(4).default(['----', '请看大厅显示屏']),
    blink_s: zSeconds.default(10),
    brightness: z
      .array(z.strictObject({ from: zTimeOfDay, percent: z.int().min(0).max(100) }))
      .max(24)
      .default([{ from: '00:00', percent: 80 }]),
  })
  .prefault({});

const zPort = z.discriminatedUnion('kind', [
  z.strictObject({
    id: zId,
    kind: z.literal('serial'),
    /** `/dev/serial/by-path/…`, never a bare `ttyUSBn` that moves. */
    path: z.string().max(256),
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
    /** USB path for devices without a serial number: `1-1.4`. */
    usb_path: z.string().max(128).optional(),
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
    /** Key name to service. */
    buttons: z.record(z.string(), zId),
    language: z.enum(['zh', 'en']).default('zh'),
    /** Several services on one number, by pressing several and this key (F-less kiosks leave it out). */
    confirm_key: z.string().max(32).optional(),
  }),
  z.strictObject({ id: zId, role: z.literal('window-board'), window: zId, board: zDriver }),
  z.strictObject({ id: zId, role: z.literal('call-pad'), window: zId, pad: zDriver }),
  z.strictObject({ id: zId, role: z.literal('rating-keypad'), window: zId, pad: zDriver }),
  z.strictObject({ id: zId, role: z.literal('hall-board'), board: zDriver, zone: z.string().max(32).optional() }),
  z.strictObject({ id: zId, role: z.literal('slip-printer'), window: zId, printer: zDriver }),
]);
export type DeviceConfig = z.output<typeof zDevice>;

const zNode = z.strictObject({
  id: zId,
  /** Where its outbox is kept; default `<data>/<node>.sqlite`. */
  store: z.string().max(256).optional(),
  outbox_limit: z.int().min(100).max(1_000_000).default(20_000),
  ports: z.array(zPort).max(400),
  devices: z.array(zDevice).max(400),
});
export type NodeConfig = z.output<typeof zNode>;

const zCredentials = z.strictObject({
  username: z.string().max(64),
  /** A file with the password on its first line, readable by this user alone. */
  password_file: z.string().max(256),
});

const zHub = z.strictObject({
  id: zId.default('hub'),
  http: z
    .strictObject({
      host: z.string().max(256).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8080),
      /** A host other than this machine needs this word: something in front of the page decides who gets in. */
      guarded: z.boolean().default(false),
    })
    .prefault({}),
});

const zBroker = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('embedded'),
      host: z.string().max(256).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(1883),
      /** Only the demo: no credentials at all, on 127.0.0.1 only. */
      anonymous: z.boolean().default(false),
      /** Node id to credentials; `hub` is the hub's. */
      credentials: z.record(z.string(), zCredentials).default({}),
    }),
    z.strictObject({
      kind: z.literal('external'),
      url: z.string().regex(/^mqtts?:\/\/[^\s]+$/, 'a broker URL is written "mqtts://host:8883"'),
      ca_file: z.string().max(256).optional(),
      credentials: z.record(z.string(), zCredentials).default({}),
    }),
  ])
  .prefault({ kind: 'embedded' });

export const zHallFile = z.strictObject({
  /** Version of this file's shape. */
  halld: z.literal(1),
  rev: z.int().min(1).default(1),
  hall: z.strictObject({ id: zId, name: zLocalText, time_zone: z.string().max(64).default('Asia/Shanghai') }),
  /** Folder for stores; relative paths start at this file's folder. */
  data: z.string().max(256).default('../../var'),
  calendar: zCalendar,
  numbering: z
    .strictObject({ digits: z.int().min(2).max(5).default(3), start: z.int().min(0).default(1) })
    .prefault({}),
  departments: z.array(z.strictObject({ id: zId, name: zLocalText })).min(1),
  matters: z.array(zMatter).min(1).max(5000),
  services: z.array(zService).min(1).max(200),
  windows: z.array(zWindow).min(1).max(1000),
  clerks: z.array(zClerk).max(5000).default([]),
  calling: zCalling.prefault({}),
  rating: zRating.prefault({}),
  ticket: zTicketTemplates,
  boards: zBoardTexts,
  hub: zHub.prefault({}),
  broker: zBroker,
  nodes: z.array(zNode).min(1).max(2000),
});
export type HallFile = z.output<typeof zHallFile>;
