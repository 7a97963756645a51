/** The hub's own part of a hall's file: addresses, who may reach it, what it keeps and for how long. */
import { z } from 'zod';
import { zId } from '../devices/contract/terms.ts';

const zCredentials = z.strictObject({
  username: z.string().max(64),
  password_file: z
    .string()
    .max(256)
    .describe('A file with the password on its first line, readable by this user alone.'),
});

const zPrivacy = z.strictObject({
  key_file: z
    .string()
    .max(256)
    .optional()
    .describe(
      'A file with 32 random bytes in base64, readable by this user alone: `head -c 32 /dev/urandom | base64 > FILE`. ' +
        'Without it no telephone numbers and no texts of complaints are taken.',
    ),
  contacts_h: z
    .number()
    .min(0.1)
    .max(8760)
    .default(24)
    .describe('A telephone number is erased when its ticket ends, or then.'),
  texts_h: z
    .number()
    .min(1)
    .max(87_600)
    .default(2160)
    .describe('What visitors said and what was answered is erased then.'),
});

/** Audit: at least six months. */
const leastJournalDays = 183;

const zRetention = z.strictObject({
  answers_days: z
    .int()
    .min(30)
    .max(3660)
    .default(30)
    .describe('A box that repeats an event within so many days gets the same answer.'),
  journal_days: z
    .int()
    .min(leastJournalDays)
    .max(36_600)
    .nullable()
    .default(null)
    .describe('Older days of the journal go, with the tables and reports made of them: at least 183; null keeps all.'),
});

export const zHub = z.strictObject({
  id: zId.default('hub'),
  privacy: zPrivacy.prefault({}),
  retention: zRetention.prefault({}),
  backup: z
    .strictObject({
      file: z.string().max(256).describe('On another disk than `data`; relative paths start at this file’s folder.'),
      every_min: z.number().min(1).max(1440).default(15),
    })
    .optional()
    .describe(
      'A copy of the journal. Boxes keep what they were told since the last one, and tell it again to a hub restored from it.',
    ),
  http: z
    .strictObject({
      host: z.string().max(256).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8080),
      guarded: z
        .boolean()
        .default(false)
        .describe(
          'A host other than this machine needs this word: something in front of the page decides who gets in.',
        ),
      names: z
        .array(z.string().max(256))
        .max(16)
        .default([])
        .describe('Names besides localhost under which the page is asked for.'),
      tokens: z
        .array(
          z.strictObject({
            role: z.enum(['desk', 'office', 'supervisor']),
            id: zId,
            sha256: z
              .string()
              .regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the token, 64 hex digits: printf %s TOKEN | sha256sum'),
          }),
        )
        .max(500)
        .default([])
        .describe('Who may give commands at the page; without any it is for reading only.'),
    })
    .prefault({}),
});

export const zBroker = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('embedded'),
      host: z.string().max(256).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(1883),
      anonymous: z.boolean().default(false).describe('Only the demo: no credentials at all, on 127.0.0.1 only.'),
      credentials: z
        .record(z.string(), zCredentials)
        .default({})
        .describe('Node id to credentials; `hub` is the hub’s.'),
    }),
    z.strictObject({
      kind: z.literal('external'),
      url: z.string().regex(/^mqtts?:\/\/[^\s]+$/, 'a broker URL is written "mqtts://host:8883"'),
      ca_file: z.string().max(256).optional(),
      credentials: z.record(z.string(), zCredentials).default({}),
    }),
  ])
  .prefault({ kind: 'embedded' });
