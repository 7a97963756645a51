/** `halld check FILE`: is this hall's file right, and what is in it? */
import { parseArgs } from 'node:util';
import { ConfigError, problemLine } from '../../../config/config-error.ts';
import type { HallConfig } from '../../../config/hall-config.ts';
import { loadHall } from '../../../config/load.ts';
import { type Command, UsageError } from '../command.ts';

const exitWrong = 1;
const exitNoInput = 66;

export const check: Command = {
  summary: 'checks a hall file and lists every mistake in it',
  help: `usage: halld check FILE [--json]

Reads a hall's file and the profiles it names, and starts nothing.

  --json    one JSON object on standard output: {"ok": true, "summary": …} or {"ok": false, "problems": […]}

A right file: what is in it, on standard output. A wrong one: every problem on standard error, as
"file:line:column: what is wrong; what would be right".
Exit codes: 0 right, 1 wrong, 64 usage, 66 no such file.`,

  async run(args) {
    const { path, json } = readArgs(args);
    try {
      const config = await loadHall(path);
      if (json) console.log(JSON.stringify({ ok: true, file: path, summary: summaryOf(config) }));
      else console.log(`${path}: OK\n${inWords(config)}`);
      return 0;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (json) console.log(JSON.stringify({ ok: false, file: path, code: error.code, problems: error.problems }));
      else console.error([...error.problems.map(problemLine), howMany(error.problems.length)].join('\n'));
      return error.code === 'unreadable' ? exitNoInput : exitWrong;
    }
  },
};

function readArgs(args: readonly string[]): { path: string; json: boolean } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) throw new UsageError('name one hall file');
    return { path, json: values.json };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function howMany(problems: number): string {
  return `${problems === 1 ? '1 problem' : `${problems} problems`}: nothing of this file is used until it is right`;
}

function summaryOf({ file, profiles }: HallConfig) {
  const roles = { intake: 0, certificate: 0, desk: 0 };
  for (const { role } of file.windows) roles[role] += 1;
  return {
    hall: file.hall.id,
    rev: file.rev,
    departments: file.departments.length,
    matters: file.matters.length,
    services: file.services.length,
    windows: { all: file.windows.length, ...roles },
    clerks: file.clerks.length,
    profiles: [...profiles.keys()].sort(),
    nodes: file.nodes.map(({ id, ports, devices }) => ({
      id,
      ports: ports.length,
      devices: countBy(devices.map((device) => device.role)),
    })),
  };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function inWords(config: HallConfig): string {
  const { windows, nodes, ...summary } = summaryOf(config);
  const { name } = config.file.hall;
  const rows = [
    ['hall', `${summary.hall}, ${name.zh}, ${name.en}; revision ${summary.rev}`],
    ['matters', `${summary.matters} in ${summary.services} services of ${summary.departments} departments`],
    ['windows', `${windows.all}: ${windows.intake} intake, ${windows.certificate} certificate, ${windows.desk} desk`],
    ['clerks', String(summary.clerks)],
    ...nodes.map(({ id, ports, devices }) => {
      const each = Object.entries(devices).map(([role, count]) => `${count} ${role}`);
      return [`node ${id}`, `${each.join(', ') || 'no device'} on ${ports} ports`];
    }),
    ['profiles', summary.profiles.join(', ') || 'none'],
    ['stores', config.dataFolder],
  ];
  const width = Math.max(...rows.map(([label = '']) => label.length));
  return rows.map(([label = '', text]) => `  ${label.padEnd(width)}  ${text}`).join('\n');
}
