/**
 * One hall, one file: its rules and what is wired where. The shape is checked here, what refers to what in `check.ts`;
 * `load.ts` refuses a wrong file as a whole. Exported as JSON Schema for editors.
 */
import { z } from 'zod';
import { zId } from '../devices/contract/terms.ts';
import { zBroker, zHub } from './hub-schema.ts';
import { zLocalText } from './local-text.ts';
import { visitors } from './locales/visitors.ts';
import { zNode } from './wiring-schema.ts';

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
  exceptions: z
    .record(z.iso.date(), z.array(zSpan).max(4))
    .default({})
    .describe('Dates that differ: `2026-10-01: []` is a holiday.'),
  ticketing_lead_min: zMinutes.default(30).describe('Numbers are given so long before the day’s first span.'),
  last_ticket_before_close_min: zMinutes
    .default(10)
    .describe('The last number is given so long before the day’s last span ends.'),
  last_ticket_by_capacity: z
    .boolean()
    .default(false)
    .describe('Or earlier, when those who wait fill the time that is left.'),
});

const zMatter = z.strictObject({
  id: zId,
  code: z.string().min(1).max(32).describe('Its code in the government’s list of matters.'),
  name: zLocalText,
  department: zId,
  documents: z
    .array(zLocalText)
    .max(20)
    .default([])
    .describe('What to bring; the ticket lists each once over all its matters.'),
  standard_min: z.number().min(0.5).max(480).describe('How long it takes at the window, in minutes.'),
  decided: z
    .enum(['on-the-spot', 'back-office'])
    .default('on-the-spot')
    .describe('`back-office`: the same number then waits for a certificate window.'),
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
  number: z.int().min(0).max(9999).describe('As on its sign.'),
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
  pin_hash: z
    .string()
    .max(256)
    .nullable()
    .default(null)
    .describe('Salt and scrypt hash in hex, `salt:hash`; never the PIN.'),
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
  recall_limit: z.int().min(0).max(20).default(3).describe('How often one ticket may be called again.'),
  recall_pause_s: zSeconds.default(5),
  min_calls_before_miss: z.int().min(1).max(20).default(1).describe('A visitor is missed only after so many calls …'),
  min_s_before_miss: zSeconds.default(10).describe('… and not sooner after the first.'),
  return_within_min: zMinutes.default(120).describe('A missed ticket may come back within this time.'),
  command_life_s: zSeconds.default(10).describe('An older press of "next" is refused: the clerk has forgotten it.'),
  certificate_when: z
    .enum(['all', 'first'])
    .default('all')
    .describe('Of several reviewed matters: called when all are ready, or the first.'),
  next_completes: z
    .boolean()
    .default(false)
    .describe('"Next" while somebody is served completes that service; otherwise it is refused.'),
});

const zAppointments = z.strictObject({
  early_min: zMinutes.default(30).describe('Check-in opens so long before the appointment …'),
  late_min: zMinutes.default(15).describe('… and who comes later than this after its end is welcome as anybody.'),
});

const zRating = z.strictObject({
  timeout_s: zSeconds.default(30),
  follow_up_level: z.int().min(0).max(4).default(2).describe('Ratings at or below this are followed up; 0 is none.'),
  follow_up_working_days: z.int().min(1).max(60).default(5),
  not_rated_counts: z
    .strictObject({
      declined: z.int().min(1).max(5).nullable().default(null),
      timed_out: z.int().min(1).max(5).nullable().default(null),
      superseded: z.int().min(1).max(5).nullable().default(null),
    })
    .prefault({})
    .describe('A level for services that were offered a rating and got none; empty = they count as nothing.'),
});

const zBalancing = z.strictObject({
  mode: z
    .enum(['off', 'propose', 'act'])
    .default('off')
    .describe('`propose`: a supervisor accepts or declines at the page; `act`: the hub changes windows by itself.'),
  every_s: z.number().min(10).max(3_600).default(60),
  ratio: z.number().min(1.2).max(20).default(2).describe('The longer expected wait must be so many times the other …'),
  least_wait_min: zMinutes.default(10).describe('… and at least so long.'),
  pause_min: zMinutes.default(15).describe('Between two changes.'),
  least_intake: z.int().min(0).max(1000).default(1),
  least_certificate: z.int().min(0).max(1000).default(1),
  most_changed: z
    .int()
    .min(0)
    .max(1000)
    .default(10)
    .describe('Windows that do something else than this file says, at a time.'),
  proposal_life_min: zMinutes.default(10).describe('A proposal that nobody answers ends.'),
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
    called: z
      .array(z.string().max(100))
      .min(1)
      .max(4)
      .default(['{number}', visitors['board.called'].zh])
      .describe('`{number}` and `{window}` are filled in.'),
    serving: z.array(z.string().max(100)).min(1).max(4).default(['{number}', visitors['board.serving'].zh]),
    idle: z.array(z.string().max(100)).min(1).max(4).default(['{name}', visitors['board.idle'].zh]),
    paused: z.array(z.string().max(100)).min(1).max(4).default(['{name}', visitors['board.paused'].zh]),
    closed: z.array(z.string().max(100)).min(1).max(4).default(['{name}', visitors['board.closed'].zh]),
    by_hand: z
      .array(z.string().max(100))
      .min(1)
      .max(4)
      .default(['{number}', visitors['board.by-hand'].zh])
      .describe('A number called by hand while the hub is away.'),
    stale: z
      .array(z.string().max(100))
      .min(1)
      .max(4)
      .default(['----', visitors['board.stale'].zh])
      .describe('Shown without a fresh hub: a board never lies.'),
    long: z
      .enum(['pages', 'scroll'])
      .default('pages')
      .describe('A text wider than its board: pages in turn, or it moves through on boards that can.'),
    blink_s: zSeconds.default(10),
    brightness: z
      .array(z.strictObject({ from: zTimeOfDay, percent: z.int().min(0).max(100) }))
      .max(24)
      .default([{ from: '00:00', percent: 80 }]),
  })
  .prefault({});

export const zHallFile = z.strictObject({
  halld: z.literal(1).describe('Version of this file’s shape.'),
  rev: z.int().min(1).default(1).describe('Raise it with every change of the rules: the journal keeps them under it.'),
  hall: z.strictObject({ id: zId, name: zLocalText, time_zone: z.string().max(64).default('Asia/Shanghai') }),
  data: z
    .string()
    .max(256)
    .default('../../var')
    .describe('Folder for stores; relative paths start at this file’s folder.'),
  calendar: zCalendar,
  numbering: z
    .strictObject({
      digits: z.int().min(2).max(5).default(3),
      start: z.int().min(0).default(1),
      block_size: z
        .int()
        .min(0)
        .max(500)
        .default(20)
        .describe(
          'Numbers of each prefix that a kiosk holds to give while the hub is away, for today and the next day; 0 is none.',
        ),
      block_start: z
        .int()
        .min(1)
        .max(99_999)
        .optional()
        .describe(
          'From here upward only kiosks give numbers by themselves; default 500 with two digits, 5000 with three.',
        ),
    })
    .prefault({}),
  departments: z.array(z.strictObject({ id: zId, name: zLocalText })).min(1),
  matters: z.array(zMatter).min(1).max(5000),
  services: z.array(zService).min(1).max(200),
  windows: z.array(zWindow).min(1).max(1000),
  clerks: z.array(zClerk).max(5000).default([]),
  calling: zCalling.prefault({}),
  rating: zRating.prefault({}),
  balancing: zBalancing.prefault({}),
  appointments: zAppointments.prefault({}),
  ticket: zTicketTemplates,
  boards: zBoardTexts,
  hub: zHub.prefault({}),
  broker: zBroker,
  nodes: z.array(zNode).min(1).max(2000),
});
export type HallFile = z.output<typeof zHallFile>;
