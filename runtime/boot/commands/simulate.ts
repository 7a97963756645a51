/** `halld simulate`: a hall's file, a crowd and what-ifs; what visitors would meet, with intervals over seeds. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ConfigError, problemLine } from '../../../config/config-error.ts';
import { loadHall } from '../../../config/load.ts';
import type { HallRules } from '../../../devices/contract/hall.ts';
import type { Random } from '../../../drivers/random.ts';
import type { WhatIf } from '../../simulate/layouts.ts';
import { drawPicture } from '../../simulate/picture.ts';
import { type Behaviour, usualBehaviour } from '../../simulate/plan.ts';
import { figureNames, runStudy, type Study, type StudyResult } from '../../simulate/study.ts';
import { drawVisitors, readVisitors, usualHours } from '../../simulate/visitors.ts';
import { type Command, UsageError } from '../command.ts';

const help = `usage: halld simulate HALL.yaml [options]

Runs the hall's own queue in virtual time and tells what visitors would meet.

  --arrivals FILE|poisson   a CSV with the columns time, service [class, matters, service_min],
                            or a random crowd (default poisson)
  --visitors N              people a day for poisson (default: 60 % of what the windows can serve)
  --hours A,B,C             relative crowd by hour for poisson, stretched over the day
  --from YYYY-MM-DD         first day (default 2026-11-23)
  --days N                  days in a row (default 1); the hall goes on learning
  --seed S --seeds N        first seed and how many (default 1 and 5): the interval is over seeds
  --what-if CHANGES         another layout beside the first; again for more. CHANGES, separated by commas:
                            windows=N  layout=stalls|comprehensive  policy=accumulating|fifo|strict|alternate
                            slower=FACTOR (service times)  crowd=FACTOR (visitors)
  --no-shows SHARE          visitors who leave without a word (default ${usualBehaviour.noShowShare})
  --variation V             standard deviation of a service time over its mean (default ${usualBehaviour.variation})
  --break MIN               each clerk's break in the morning and in the afternoon (default ${usualBehaviour.breakMs / 60_000})
  --svg FILE                people waiting over the first day, as a picture
  --json FILE               the figures

Waits are in minutes from press to call, with the half width of the 95 % interval.
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
    };
    const first = integer(values.seed, 1, 0, 1e9, 'seed');
    const seeds = Array.from({ length: integer(values.seeds, 5, 1, 1000, 'seeds') }, (_, index) => first + index);
    const from = values.from ?? '2026-11-23';
    if (!/^\d{4}-\d{2}-\d{2}$/.test(from)) throw new UsageError('--from is a date, 2026-11-23');
    const study: Study = {
      rules,
      from,
      days: integer(values.days, 1, 1, 366, 'days'),
      seeds,
      behaviour,
      draw: await crowd(rules, behaviour, values),
    };
    const layouts: (readonly [string, WhatIf])[] = [
      ['as it is', {}],
      ...whatIfs.map((whatIf, index) => [values['what-if']?.[index] ?? '', whatIf] as const),
    ];
    const results = layouts.map(([name, whatIf]) => [name, runStudy(study, whatIf)] as const);
    report(rules, study, results);
    if (values.svg !== undefined) await writeFile(values.svg, picture(rules, results));
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
        whatIf.windows = integer(value, 1, 1, 1000, 'what-if windows');
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
        throw new UsageError(`--what-if knows windows, layout, policy, slower, crowd; not "${key}"`);
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
    return (day: string, random: Random) => {
      try {
        return readVisitors(csv, rules, day, behaviour, random);
      } catch (error) {
        throw new UsageError(`${source}, ${error instanceof Error ? error.message : error}`);
      }
    };
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

function report(rules: HallRules, study: Study, results: readonly (readonly [string, StudyResult])[]): void {
  const days = study.days === 1 ? study.from : `${study.days} days from ${study.from}`;
  console.log(`${rules.name.zh} ${rules.name.en}: ${days}, ${study.seeds.length} seeds from ${study.seeds[0]}\n`);
  const rows = figureNames.map((figure) => {
    const share = figure === 'utilisation' || figure === 'fairness';
    const cells = results.map(([, { figures }]) => {
      const { mean, half } = figures[figure];
      return share
        ? `${(mean * 100).toFixed(1)} % ± ${(half * 100).toFixed(1)}`
        : `${mean.toFixed(1)} ± ${half.toFixed(1)}`;
    });
    return [figure, ...cells];
  });
  const table = [['', ...results.map(([name]) => name)], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? [];
  for (const row of table) {
    console.log(
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  '),
    );
  }
}

function picture(rules: HallRules, results: readonly (readonly [string, StudyResult])[]): string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: rules.timeZone, hour: '2-digit', minute: '2-digit' });
  const curve = results[0]?.[1].sample.curve ?? [];
  const hourMs = 3_600_000;
  const start = Math.ceil((curve[0]?.at ?? 0) / hourMs) * hourMs;
  const end = curve[curve.length - 1]?.at ?? start;
  const xTicks: number[] = [];
  for (let at = start; at <= end; at += hourMs) xTicks.push(at);
  return drawPicture({
    title: `${rules.name.zh}: people waiting`,
    xLabel: 'time of day',
    yLabel: 'people waiting',
    xText: (at) => format.format(at),
    xTicks,
    lines: results.map(([name, { sample }]) => ({
      name,
      points: sample.curve.map((point) => ({ x: point.at, y: point.waiting })),
    })),
  });
}
