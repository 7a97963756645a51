/** `halld report`: what a manager asks of one or more days, as CSV or JSON, out of the hub's own file; the hub may run. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadHall } from '../../../config/load.ts';
import { isBusinessDay } from '../../../devices/contract/terms.ts';
import { businessDay } from '../../queue/calendar.ts';
import { HallReader } from '../../store/hall-reader.ts';
import {
  asCsv,
  asObjects,
  type Report,
  type ReportName,
  reportNames,
  reports,
  runReport,
} from '../../store/reports.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../command.ts';
import { hallFile } from '../media.ts';
import { parseOptions } from '../options.ts';

const list = reportNames.map((name) => `  ${name.padEnd(22)} ${reports[name].about}`).join('\n');

export const report: Command = {
  summary: 'waits, services, ratings and boards of a day or a span, as CSV or JSON',
  help: `usage: halld report --config FILE [--day D | --from D --to D] [--report NAME,…] [--format csv|json] [--out DIR]

Reads the hub's file beside a running hub. Times are in seconds; every row names its group and its member.

  --config FILE    the hall's file
  --data DIR       where the journal is kept; default: "data" of the config
  --day D          a business day, 2026-11-23 (default: today in the hall's time zone)
  --from D --to D  a span of days, both included
  --report NAMES   some of the reports below, separated by commas (default: all)
  --format FORMAT  csv (default) or json
  --out DIR        one file a report; without it standard output, each table under a line with its name

Reports:
${list}

Exit codes: 0 written, 64 usage, 66 no journal there.`,
  async run(args) {
    const text = { type: 'string' } as const;
    const { values } = parseOptions(args, {
      config: text,
      data: text,
      day: text,
      from: text,
      to: text,
      report: text,
      format: text,
      out: text,
    });
    if (values.config === undefined) throw new UsageError('--config FILE is missing');
    const config = await loadHall(values.config);
    const today = businessDay(config.rules.timeZone, Date.now());
    const day = dayOption('day', values.day ?? today);
    const from = dayOption('from', values.from ?? day);
    const to = dayOption('to', values.to ?? values.from ?? day);
    if (values.day !== undefined && (values.from ?? values.to) !== undefined)
      throw new UsageError('--day, or --from and --to: not both');
    if (to < from) throw new UsageError('--to lies before --from');
    const names = values.report === undefined ? reportNames : values.report.split(',').map(nameOf);
    const format = values.format ?? 'csv';
    if (format !== 'csv' && format !== 'json') throw new UsageError('--format is csv or json');
    const file = hallFile(values.data ?? config.dataFolder);
    const reader = HallReader.open(file);
    if (reader === undefined) {
      console.error(`${file}: there is no journal: start "halld hub" once, or name the folder with --data`);
      return 66;
    }
    try {
      const made: Report[] = [];
      for (const name of names) made.push(await runReport((sql, span) => reader.query(sql, span), name, { from, to }));
      if (values.out === undefined) print(made, format, { hall: config.rules.hall, from, to });
      else await writeAll(values.out, made, format);
      return 0;
    } finally {
      reader.close();
    }
  },
};

function dayOption(option: string, text: string): string {
  if (!isBusinessDay(text)) throw new UsageError(`--${option} is a date, 2026-11-23, not "${text}"`);
  return text;
}

function nameOf(text: string): ReportName {
  const name = text.trim();
  if (!(reportNames as readonly string[]).includes(name))
    throw new UsageError(`there is no report "${name}": ${reportNames.join(', ')}`);
  return name as ReportName;
}

function print(made: readonly Report[], format: 'csv' | 'json', head: Readonly<Record<string, string>>): void {
  if (format === 'json') {
    const tables = Object.fromEntries(made.map((each) => [each.name, asObjects(each)]));
    console.log(JSON.stringify({ ...head, reports: tables }, null, 2));
    return;
  }
  if (made.length === 1 && made[0] !== undefined) process.stdout.write(asCsv(made[0]));
  else process.stdout.write(made.map((each) => `${each.name}\r\n${asCsv(each)}`).join('\r\n'));
}

async function writeAll(folder: string, made: readonly Report[], format: 'csv' | 'json'): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const each of made) {
    const text = format === 'csv' ? asCsv(each) : `${JSON.stringify(asObjects(each), null, 2)}\n`;
    const file = path.join(folder, `${each.name}.${format}`);
    await writeFile(file, text);
    console.log(`${file}: ${each.rows.length} rows`);
  }
}
