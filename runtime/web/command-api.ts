/**
 * A command from a person at a page. It carries its id, so a page that heard no answer repeats it and it takes effect
 * once (the second promise); what it says is checked here for a quick word, and again at the hub, whose word counts.
 */
import { refusals } from '../../config/locales/refusals.ts';
import { isEvtType } from '../../devices/contract/messages.ts';
import { isPersonType, personRoles, personSchemas } from '../../devices/contract/people.ts';
import type { Clock } from '../../drivers/clock.ts';
import { actingAs, type PageAccess, type Person } from './access.ts';
import { type CommandBody, issuesText } from './bodies.ts';
import type { HallDesk, Submitted } from './needs.ts';

/** No answer from the hub by then: the page is told, and repeats with the same id. */
const answerWithinMs = 10_000;

export interface CommandOutcome {
  readonly status: 200 | 400 | 403 | 409 | 503 | 504;
  readonly type: string;
  readonly answer: Submitted;
}

export interface CommandWorld {
  readonly desk: () => HallDesk | undefined;
  readonly access: PageAccess;
  readonly clock: Clock;
}

export async function submitCommand(world: CommandWorld, person: Person, body: CommandBody): Promise<CommandOutcome> {
  const { type, data, as, commandId } = body;
  if (!isPersonType(type))
    return isEvtType(type)
      ? refused(403, type, 'not-for-pages', `${type} is a device's word; a page cannot give it`)
      : refused(400, 'unknown', 'unknown-command', `there is no command "${type}"`);
  const by = actingAs(world.access, person, as);
  const roles = personRoles(type);
  if (!roles.includes(by.kind))
    return refused(403, type, 'role', `${type} needs the role ${roles.join(' or ')}; you are signed in as ${by.kind}`);
  const schema = personSchemas[type].safeParse(data);
  if (!schema.success) return refused(400, type, 'bad-request', issuesText(schema.error, 'data'));
  const desk = world.desk();
  if (desk === undefined) return refused(503, type, 'hub-away', hubAwayText);
  const answer = await withDeadline(world.clock, desk.submit(type, schema.data, by, commandId));
  if (answer === undefined)
    return refused(504, type, 'no-answer', 'the hub has not answered within 10 s: repeat with the same command id');
  if (answer.ok) return { status: 200, type, answer };
  return { status: answer.error.code === 'hub-away' ? 503 : 409, type, answer };
}

export const hubAwayText = refusals['refusal.hub-away'].en;

function refused(status: CommandOutcome['status'], type: string, code: string, message: string): CommandOutcome {
  return { status, type, answer: { ok: false, error: { code, message } } };
}

async function withDeadline(clock: Clock, answer: Promise<Submitted>): Promise<Submitted | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = clock.after(answerWithinMs, () => resolve(undefined));
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, error: { code: 'hub-away', message } };
  } finally {
    timer.cancel();
  }
}
