/**
 * A hall under random commands, with the promises of the queue checked after every single event: the short form runs
 * in the tests, `model-run.ts` runs 100,000 commands and more.
 */
import { strict as assert } from 'node:assert';
import type { TicketId } from '../../../devices/contract/terms.ts';
import { auditHall, hallAsText } from '../../queue/audit.ts';
import type { QueueCommand } from '../../queue/commands.ts';
import { decide } from '../../queue/decide.ts';
import type { QueueEvent } from '../../queue/events.ts';
import { evolve } from '../../queue/evolve.ts';
import { hallFromSnapshot, snapshotOf } from '../../queue/snapshot.ts';
import { emptyHall, type HallState } from '../../queue/state.ts';
import { dueAt } from '../../queue/timers.ts';
import { type Body, type Intent, intents, type Make, modelHall, type World } from './intents.ts';

export { intentArbitrary } from './intents.ts';

export interface ModelResult {
  readonly commands: number;
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
  /** By command type: how often given, and how often accepted. */
  readonly types: Readonly<Record<string, { readonly given: number; readonly accepted: number }>>;
  readonly journal: readonly QueueEvent[];
  readonly state: HallState;
}

/** Not a divisor of anything: snapshots fall into the middle of commands too. */
const snapshotStride = 23;
const start = Date.UTC(2026, 10, 23, 0, 30);

/** Runs the intents and throws at the first broken promise. `deep`: compares whole states, which is slow. */
export function runModel(script: readonly Intent[], deep = true): ModelResult {
  const world: World = {
    state: emptyHall(),
    tickets: [],
    servings: [],
    asks: [],
    at: start,
    happenedAt: start,
    id: '',
  };
  const journal: QueueEvent[] = [];
  const promises = new Promises();
  const refused: Record<string, number> = {};
  const events: Record<string, number> = {};
  const types: Record<string, { given: number; accepted: number }> = {};
  let commands = 0;
  let accepted = 0;
  const give = (body: Body): void => {
    commands += 1;
    types[body.type] ??= { given: 0, accepted: 0 };
    const type = types[body.type] ?? { given: 0, accepted: 0 };
    type.given += 1;
    const command = {
      id: world.id,
      at: world.at,
      happenedAt: world.happenedAt,
      by: { kind: 'device', id: 'model' },
      ...body,
    } as unknown as QueueCommand;
    const before = deep ? hallAsText(world.state) : '';
    const decision = decide(world.state, command);
    if (deep) assert.equal(hallAsText(world.state), before, `deciding ${command.type} changed the hall`);
    for (const event of decision.events) {
      promises.before(world.state, event);
      evolve(world.state, event);
      journal.push(event);
      events[event.type] = (events[event.type] ?? 0) + 1;
      if (event.type === 'TicketIssued') world.tickets.push(event.ticket);
      if (event.type === 'ServiceCompleted') world.servings.push(event.serving);
      // Any prefix of the journal is a valid hall, in the middle of a command too.
      if (deep) assert.deepEqual(auditHall(world.state), [], `after ${event.type} of ${command.type}`);
    }
    if (decision.ok) {
      type.accepted += 1;
      accepted += 1;
    } else {
      refused[decision.refusal.code] = (refused[decision.refusal.code] ?? 0) + 1;
      for (const event of decision.events) {
        assert.ok(
          event.type === 'CommandRefused' || event.type === 'StrayRating',
          `${event.type} of a refused command`,
        );
      }
      if (deep) assert.equal(hallAsText(world.state), before, `refused ${command.type} changed the hall`);
    }
    if (command.type === 'IssueTicket') world.asks.push(command.id);
  };
  world.id = 'first-command';
  give({ type: 'ConfigureHall', rules: modelHall });
  for (const [index, intent] of script.entries()) {
    world.at += intent.passMs;
    world.happenedAt = Math.max(start, world.at - intent.ageMs);
    const due = dueAt(world.state);
    if (due !== null && due <= world.at) {
      world.id = `tick-${index}`;
      give({ type: 'Tick' });
      const next = dueAt(world.state);
      assert.ok(next === null || next > world.at, 'a tick leaves nothing due');
    }
    world.id = `cmd-${index}`;
    const make: Make = intents[intent.kind];
    const body = make(world, intent.a, intent.b);
    if (body !== undefined) give(body);
  }
  assert.deepEqual(auditHall(world.state), []);
  if (deep) snapshotsContinue(journal);
  const again = journal.reduce(evolve, emptyHall());
  assert.equal(hallAsText(again), hallAsText(world.state), 'the journal gives another hall');
  promises.atEnd(world.state);
  return { commands, accepted, refused, events, types, journal, state: world.state };
}

/** A hall that starts from a snapshot in the middle, and goes on with the journal, is the hall that was never stopped. */
function snapshotsContinue(journal: readonly QueueEvent[]): void {
  const never = emptyHall();
  let restarted = emptyHall();
  for (const [index, event] of journal.entries()) {
    evolve(never, event);
    evolve(restarted, event);
    if (index % snapshotStride !== 0) continue;
    restarted = hallFromSnapshot(snapshotOf(restarted));
    assert.deepEqual(auditHall(restarted), [], 'a snapshot gives a hall that is not well');
    assert.equal(hallAsText(restarted), hallAsText(never), 'a snapshot gives another hall');
    assert.deepEqual([...restarted.lanesOfService.keys()], [...never.lanesOfService.keys()]);
  }
  assert.equal(hallAsText(restarted), hallAsText(never), 'after a snapshot the journal gives another hall');
}

/** What the journal alone must keep, watched from outside the implementation. */
class Promises {
  readonly #issued = new Set<TicketId>();
  readonly #ended = new Set<TicketId>();
  /** `2026-11-23/A5001`: whoever holds it, nobody else does that day. */
  readonly #leased = new Set<string>();
  readonly #rated = new Set<string>();
  readonly #servings = new Set<string>();

  before(state: HallState, event: QueueEvent): void {
    switch (event.type) {
      case 'TicketIssued':
        assert.ok(!this.#issued.has(event.ticket), `${event.ticket} is given twice`);
        this.#issued.add(event.ticket);
        return;
      case 'TicketClosed':
      case 'TicketVoided':
        assert.ok(this.#issued.has(event.ticket), `${event.ticket} ends and never began`);
        assert.ok(!this.#ended.has(event.ticket), `${event.ticket} ends twice`);
        this.#ended.add(event.ticket);
        return;
      case 'TicketCalled': {
        assert.ok(
          this.#issued.has(event.ticket) && !this.#ended.has(event.ticket),
          `${event.ticket} is called, not open`,
        );
        const stage = state.tickets.get(event.ticket)?.stage;
        if (event.how === 'policy') assert.equal(stage, 'waiting', `${event.ticket} is called out of nowhere`);
        if (event.how === 'recall') assert.equal(stage, 'called');
        assert.ok(
          event.why.startsWith(event.ticket.slice(event.ticket.indexOf('/') + 1)),
          `"${event.why}" tells no reason`,
        );
        return;
      }
      case 'BlockLeased':
        for (let count = event.from; count <= event.to; count += 1) {
          const number = `${event.day}/${event.prefix}${count}`;
          assert.ok(!this.#leased.has(number), `${number} is leased twice`);
          this.#leased.add(number);
        }
        return;
      case 'ServiceStarted':
        assert.ok(!this.#servings.has(event.serving), `${event.serving} starts twice`);
        this.#servings.add(event.serving);
        return;
      case 'ServiceRated':
        assert.ok(this.#servings.has(event.serving), `${event.serving} is rated and was never given`);
        assert.ok(!this.#rated.has(event.serving), `${event.serving} is rated twice`);
        this.#rated.add(event.serving);
        return;
      default:
    }
  }

  atEnd(state: HallState): void {
    for (const ticket of this.#issued) {
      assert.notEqual(
        this.#ended.has(ticket),
        state.tickets.has(ticket),
        `${ticket} is both open and ended, or neither`,
      );
    }
  }
}
