/** `halld simulate`: a hall's file, a crowd and what-ifs; what visitors would meet, with intervals over seeds. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigError, problemLine } from '../../../config/config-error.ts';
import { loadHall } from '../../../config/load.ts';
import type { HallRules } from '../../../devices/contract/hall.ts';
import { isBusinessDay } from '../../../devices/contract/terms.ts';
import type { Random } from '../../../drivers/random.ts';
import { type Arrival, readArrivals, visitorsFrom } from '../../simulate/arrivals-file.ts';
import { type FigureKind, figureKinds, figureNames, type Promised, usualPromise } from '../../simulate/day-figures.ts';
import { drawDay } from '../../simulate/day-picture.ts';
import type { Interval } from '../../simulate/figures.ts';
import type { WhatIf } from '../../simulate/layouts.ts';
import { type Behaviour, usualBehaviour } from '../../simulate/plan.ts';
import { runStudy, type Study, type StudyResult } from '../../simulate/study.ts';
import { drawVisitors, usualHours } from '../../simulate/visitors.ts';
import { type Command, UsageError } from '../command.ts';

const help = `usage: halld simulate HALL.yaml [options]

Runs the hall's own queue in virtual time and reports what visitors would meet. The same options give the same output.

  --arrivals FILE|poisson   a CSV with the columns time, service [date, class, matters, service_min, booked, no_show],
                            or a random crowd (default poisson)
  --visitors N              people a day for poisson (default: 60 % of what the windows can serve)
  --hours A,B,C             relative crowd by hour for poisson, stretched over the day
  --from YYYY-MM-DD         first day (default 2026-11-23)
  --days N                  days in a row (default 1); the hall goes on learning
  --seed S --seeds N        first seed and how many (default 1 and 5): the interval is over seeds
  --what-if CHANGES         another layout beside the first; again for more. CHANGES, separated by commas:
                            windows=N (that take matters in)  certificates=N (windows that hand them out)
                            layout=stalls|comprehensive (one stall a service, or every window takes all)
                            policy=accumulating|fifo|strict|alternate  balancing=on|off
                            appointments=SHARE (of the visitors book a time, spread over the day)
                            slower=FACTOR (service times)  crowd=FACTOR (visitors)
  --no-shows SHARE          visitors who leave without a word (default ${usualBehaviour.noShowShare})
  --variation V             standard deviation of a service time over its mean (default ${usualBehaviour.variation})
  --break MIN               each clerk's break in the morning and in the afternoon (default ${usualBehaviour.breakMs / 60_000})
  --office MIN              mean time of the back office (default ${usualBehaviour.officeMs / 60_000})
  --promise ONE,THREE       minutes from number to certificate for one matter and for three (default 7,20)
  --svg FILE                the first day of each layout as a picture: people waiting, waits, busy windows
  --json FILE               the figures

Figures are means over seeds with the half width of the 95 % interval; – = nothing to measure.
Exit codes: 0 done, 1 the hall's file is wrong, 64 usage or a wrong list of arrivals, 66 no such file.
`;

const minuteMs = 60_000;

export const simulate: Command = {
  summary: 'run a hall in virtual time and compare what-ifs',
  help,
  async run(args) {
    const { values, positionals } = parse(args);
    const [file, more] = positionals;
    if (file === undefined || more !== undefined) throw new UsageError('name one hall file');
    const whatIfs = (values['what-if'] ?? []).map(parseWhatIf);
    let rules: HallRules;
    try {
      ({ rules } = await loadHall(file));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      console.error(error.problems.map(problemLine).join('\n'));
      return error.code === 'unreadable' ? 66 : 1;
    }
    const behaviour: Behaviour = {
      ...usualBehaviour,
      noShowShare: number(values['no-shows'], usualBehaviour.noShowShare, 0, 1, 'no-shows'),
      variation: number(values.variation, usualBehaviour.variation, 0, 5, 'variation'),
      breakMs: number(values.break, usualBehaviour.breakMs / minuteMs, 0, 240, 'break') * minuteMs,
      officeMs: number(values.office, usualBehaviour.officeMs / minuteMs, 0.1, 600, 'office') * minuteMs,
    };
    const first = integer(values.seed, 1, 0, 1e9, 'seed');
    const seeds = Array.from({ length: integer(values.seeds, 5, 1, 1000, 'seeds') }, (_, index) => first + index);
    const from = values.from ?? '2026-11-23';
    if (!isBusinessDay(from)) throw new UsageError(`--from is a date, 2026-11-23, not "${from}"`);
    const study: Study = {
      rules,
      from,
      days: integer(values.days, 1, 1, 366, 'days'),
      seeds,
      behaviour,
      promise: promiseOf(values.promise),
      draw: await crowd(rules, behaviour, values),
    };
    const layouts: (readonly [string, WhatIf])[] = [
      ['as it is', {}],
      ...whatIfs.map((whatIf, index) => [values['what-if']?.[index] ?? '', whatIf] as const),
    ];
    const results = layouts.map(([name, whatIf]) => [name, studied(study, whatIf)] as const);
    report(rules, study, results);
    if (values.svg !== undefined) await writeFile(values.svg, picture(rules, from, results));
    if (values.json !== undefined) {
      const figures = Object.fromEntries(results.map(([name, result]) => [name, result.figures]));
      await writeFile(values.json, `${JSON.stringify({ hall: rules.hall, seeds, figures }, null, 2)}\n`);
    }
    return 0;
  },
};

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        arrivals: text,
        visitors: text,
        hours: text,
        from: text,
        days: text,
        seed: text,
        seeds: text,
        'what-if': { type: 'string', multiple: true },
        'no-shows': text,
        variation: text,
        break: text,
        office: text,
        promise: text,
        svg: text,
        json: text,
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function number(text: string | undefined, usual: number, least: number, most: number, name: string): number {
  if (text === undefined) return usual;
  const value = Number(text);
  if (!(value >= least && value <= most)) throw new UsageError(`--${name} is a number from ${least} to ${most}`);
  return value;
}

function integer(text: string | undefined, usual: number, least: number, most: number, name: string): number {
  const value = number(text, usual, least, most, name);
  if (!Number.isInteger(value)) throw new UsageError(`--${name} is a whole number`);
  return value;
}

function parseWhatIf(text: string): WhatIf {
  const whatIf: Record<string, unknown> = {};
  const oneOf = (key: string, value: string, known: readonly string[]) => {
    if (!known.includes(value)) throw new UsageError(`${key} is one of ${known.join(', ')}`);
    return value;
  };
  for (const part of text.split(',')) {
    const [key = '', value = ''] = part.split('=').map((each) => each.trim());
    switch (key) {
      case 'windows':
      case 'certificates':
        whatIf[key] = integer(value, 1, 1, 1000, `what-if ${key}`);
        break;
      case 'balancing':
        whatIf.balancing = oneOf(key, value, ['on', 'off']);
        break;
      case 'appointments':
        whatIf.appointments = number(value, 0, 0, 1, 'what-if appointments');
        break;
      case 'layout':
        whatIf.layout = oneOf(key, value, ['stalls', 'comprehensive']);
        break;
      case 'policy':
        whatIf.policy = oneOf(key, value, ['accumulating', 'fifo', 'strict', 'alternate']);
        break;
      case 'slower':
      case 'crowd':
        whatIf[key] = number(value, 1, 0.01, 100, `what-if ${key}`);
        break;
      default:
        throw new UsageError(
          `--what-if knows windows, certificates, layout, policy, balancing, appointments, slower, crowd; not "${key}"`,
        );
    }
  }
  return whatIf;
}

async function crowd(
  rules: HallRules,
  behaviour: Behaviour,
  values: ReturnType<typeof parse>['values'],
): Promise<Study['draw']> {
  const source = values.arrivals ?? 'poisson';
  if (source !== 'poisson') {
    const csv = await readFile(source, 'utf8').catch((error: Error) => {
      throw new UsageError(`--arrivals: ${error.message}`);
    });
    let arrivals: Arrival[];
    try {
      arrivals = readArrivals(csv, rules);
    } catch (error) {
      throw new UsageError(`${source}, ${error instanceof Error ? error.message : error}`);
    }
    return (day: string, random: Random) => visitorsFrom(arrivals, rules, day, behaviour, random);
  }
  const visitors = integer(values.visitors, usualCrowd(rules, behaviour), 1, 99_999, 'visitors');
  const hours = values.hours === undefined ? usualHours : values.hours.split(',').map(Number);
  if (hours.some((each) => !(each >= 0)) || Math.max(...hours) <= 0) {
    throw new UsageError('--hours is a list of numbers, one of them above 0');
  }
  return (day: string, random: Random, factor: number) =>
    drawVisitors(rules, day, { visitors: visitors * factor, hours }, behaviour, random);
}

/** So many that the intake windows are busy for three fifths of the day. */
function usualCrowd(rules: HallRules, behaviour: Behaviour): number {
  const windows = rules.windows.filter((window) => window.role === 'intake').length;
  const day = rules.calendar.week.find((spans) => spans.length > 0) ?? [];
  const openMs = day.reduce((sum, span) => sum + (span.to - span.from) * minuteMs, 0);
  const known = new Map(rules.matters.map((matter) => [matter.id, matter.standardMs]));
  const times = rules.services.flatMap((service) => service.matters.map((matter) => known.get(matter) ?? 0));
  const meanMs = times.reduce((sum, each) => sum + each, 0) / Math.max(1, times.length);
  return Math.max(1, Math.round((0.6 * windows * openMs) / (meanMs + behaviour.walkMs + behaviour.restMs)));
}

/** Nobody on all these days is the caller's mistake, not a fault. */
function studied(study: Study, whatIf: WhatIf): StudyResult {
  try {
    return runStudy(study, whatIf);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function promiseOf(text: string | undefined): Promised {
  if (text === undefined) return usualPromise;
  const [one, three, ...more] = text.split(',').map(Number);
  if (!(one !== undefined && one > 0) || !(three !== undefined && three > 0) || more.length > 0)
    throw new UsageError('--promise is two numbers of minutes, 7,20');
  return { oneMs: one * minuteMs, threeMs: three * minuteMs };
}

function report(rules: HallRules, study: Study, results: readonly (readonly [string, StudyResult])[]): void {
  const days = study.days === 1 ? study.from : `${study.days} days from ${study.from}`;
  console.log(`${rules.name.zh} ${rules.name.en}: ${days}, ${study.seeds.length} seeds from ${study.seeds[0]}\n`);
  const table = [['', ...results.map(([name]) => name), '']];
  for (const name of figureNames) {
    const kind: FigureKind = figureKinds[name];
    const intervals = results.map(([, { figures }]) => figures[name]);
    if (intervals.every(({ mean }) => Number.isNaN(mean))) continue;
    table.push([name, ...intervals.map((each) => cell(kind, each)), kind.about]);
  }
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const row of table) {
    const cells = row.map((text, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === row.length - 1 ? text.padEnd(width) : text.padStart(width);
    });
    console.log(cells.join('  ').trimEnd());
  }
}

function cell({ unit }: FigureKind, { mean, half }: Interval): string {
  if (Number.isNaN(mean)) return '–';
  if (unit === 'share') return `${(mean * 100).toFixed(1)} % ± ${(half * 100).toFixed(1)}`;
  return `${mean.toFixed(1)} ± ${half.toFixed(1)}${unit === 'min' ? ' min' : ''}`;
}

function picture(rules: HallRules, date: string, results: readonly (readonly [string, StudyResult])[]): string {
  return drawDay(
    rules,
    date,
    results.map(([name, { sample }]) => ({ name, day: sample })),
  );
}
