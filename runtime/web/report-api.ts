/**
 * Reports over HTTP, for a supervisor: the same tables as `halld report`, of at most a week. A longer span is the command's,
 * which reads the file beside the hub: here every query stops the hall's own work for as long as it takes.
 */
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { asCsv, asObjects, type ReportName, reportNames, runReport } from '../store/reports.ts';
import { issuesText } from './bodies.ts';
import { businessDay } from './business-day.ts';
import type { HallTables } from './needs.ts';

const longestSpanDays = 7;
const msPerDay = 86_400_000;

const zNames = z.string().transform((text, context) => {
  const names = text.split(',');
  const unknown = names.find((name) => !(reportNames as readonly string[]).includes(name));
  if (unknown === undefined) return names as ReportName[];
  context.addIssue({ code: 'custom', message: `there is no report "${unknown}": ${reportNames.join(', ')}` });
  return z.NEVER;
});

const zAsked = z
  .strictObject({
    day: z.iso.date().optional(),
    from: z.iso.date().optional(),
    to: z.iso.date().optional(),
    report: zNames.optional(),
    format: z.enum(['csv', 'json']).default('json'),
  })
  .refine(({ day, from, to }) => day === undefined || (from ?? to) === undefined, 'day, or from and to: not both')
  .refine(({ format, report }) => format === 'json' || report?.length === 1, 'as CSV ask for one report by its name');

export type ReportAnswer =
  | { readonly ok: true; readonly type: string; readonly name: string; readonly body: string }
  | { readonly ok: false; readonly status: 400 | 503; readonly code: string; readonly message: string };

export async function answerReport(
  tables: HallTables,
  nowMs: number,
  asked: Readonly<Record<string, string>>,
): Promise<ReportAnswer> {
  const parsed = zAsked.safeParse(asked);
  if (!parsed.success) return wrong(issuesText(parsed.error, 'the question'));
  const { day, format, report = reportNames } = parsed.data;
  const today = businessDay(tables.rules.timeZone, nowMs);
  const from = parsed.data.from ?? day ?? today;
  const to = parsed.data.to ?? day ?? parsed.data.from ?? today;
  const days = (Date.parse(to) - Date.parse(from)) / msPerDay + 1;
  if (days < 1) return wrong('to lies before from');
  if (days > longestSpanDays) return wrong(`at most ${longestSpanDays} days at once: "halld report" takes any span`);
  // Between two queries the hall has its turn.
  const ask = async (sql: string, span: readonly (string | number | null)[]) => {
    await setImmediate();
    return tables.query(sql, span);
  };
  const made = [];
  try {
    for (const name of report) made.push(await runReport(ask, name, { from, to }));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { ok: false, status: 503, code: 'no-tables', message: `the hub's tables cannot be read: ${said}` };
  }
  const [only] = made;
  if (format === 'csv' && only !== undefined)
    return { ok: true, type: 'text/csv; charset=utf-8', name: `${only.name}-${from}-${to}.csv`, body: asCsv(only) };
  const reports = Object.fromEntries(made.map((each) => [each.name, asObjects(each)]));
  const body = JSON.stringify({ ok: true, hall: tables.rules.hall, from, to, reports });
  return { ok: true, type: 'application/json', name: `reports-${from}-${to}.json`, body };
}

function wrong(message: string): ReportAnswer {
  return { ok: false, status: 400, code: 'bad-request', message };
}
