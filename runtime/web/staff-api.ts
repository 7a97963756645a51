/** What staff read over HTTP: the lists of their work places, the day's report, and a visitor's words by reference. */
import { Hono } from 'hono';
import type { PersonRole } from '../../devices/contract/people.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Person } from './access.ts';
import { hubAwayText } from './command-api.ts';
import { refuse, type WebContext, type WebEnv } from './http.ts';
import { listNamed, readList } from './lists.ts';
import type { HallDesk } from './needs.ts';
import { answerReport, type ReportAnswer } from './report-api.ts';

export interface StaffParts {
  readonly desk: () => HallDesk | undefined;
  readonly clock: Clock;
  readonly person: (context: WebContext) => Person | undefined;
}

/** A question is counted anew at most so often, however many pages look at it: every query stops the hall's own work. */
const reportLifeMs = 8_000;
const mostReports = 16;

class RecentReports {
  #clock: Clock;
  #kept = new Map<string, { readonly atMs: number; readonly desk: HallDesk; readonly answer: Promise<ReportAnswer> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(desk: HallDesk, asked: Readonly<Record<string, string>>): Promise<ReportAnswer> {
    const key = JSON.stringify(Object.entries(asked).sort());
    const nowMs = this.#clock.monotonicMs();
    const known = this.#kept.get(key);
    if (known !== undefined && known.desk === desk && nowMs - known.atMs < reportLifeMs) return known.answer;
    const answer = answerReport(desk, this.#clock.wallMs(), asked);
    this.#kept.delete(key);
    this.#kept.set(key, { atMs: nowMs, desk, answer });
    if (this.#kept.size > mostReports) this.#kept.delete(this.#kept.keys().next().value ?? '');
    return answer;
  }
}

const supervisor: readonly PersonRole[] = ['supervisor'];

export function staffApi({ desk, clock, person }: StaffParts): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  /** The desk for who may, or the refusal. */
  const deskFor = (context: WebContext, roles: readonly PersonRole[]): HallDesk | Response => {
    const kind = person(context)?.kind;
    if (kind === undefined) return refuse(context, 401, 'sign-in', 'a token is needed: sign in at /console');
    if (!roles.includes(kind))
      return refuse(context, 403, 'role', `this needs the role ${roles.join(' or ')}; you are signed in as ${kind}`);
    return desk() ?? refuse(context, 503, 'hub-away', hubAwayText);
  };

  const reports = new RecentReports(clock);
  app.get('/reports', async (context) => {
    const found = deskFor(context, supervisor);
    if (found instanceof Response) return found;
    const answer = await reports.of(found, context.req.query());
    if (!answer.ok) return refuse(context, answer.status, answer.code, answer.message);
    return context.body(answer.body, 200, {
      'content-type': answer.type,
      'content-disposition': `${answer.type.startsWith('text/csv') ? 'attachment' : 'inline'}; filename="${answer.name}"`,
      'cache-control': 'no-store',
    });
  });
  app.get('/lists/:name', async (context) => {
    const name = context.req.param('name');
    const list = listNamed(name);
    if (list === undefined) return refuse(context, 404, 'no-list', `there is no list "${name.slice(0, 40)}"`);
    const found = deskFor(context, list.roles);
    if (found instanceof Response) return found;
    // A store without these tables has none of these things.
    const rows = await readList(found, list, clock.wallMs()).catch((err: unknown) => {
      context.var.log.warn(
        { err, list: name },
        `the list ${name} cannot be read: the store lacks its tables, or is closed`,
      );
      return null;
    });
    return context.json({ ok: true, rows });
  });
  app.get('/texts', (context) => {
    const found = deskFor(context, supervisor);
    if (found instanceof Response) return found;
    context.header('cache-control', 'no-store');
    return context.json({ ok: true, text: found.privateText(context.req.query('reference') ?? '') ?? null });
  });
  return app;
}
