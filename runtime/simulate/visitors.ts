/** Who comes to a hall on a day, drawn by the hour, and what each of them brings. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { BusinessDay, Instant, MatterId, ServiceId, TicketClass } from '../../devices/contract/terms.ts';
import { ticketClasses } from '../../devices/contract/terms.ts';
import type { Random } from '../../drivers/random.ts';
import { scheduleOf } from '../queue/calendar.ts';
import { exponential, logNormal, weighted } from './chance.ts';
import type { Behaviour, Visitor } from './plan.ts';

/** Relative crowd by hour since opening: a rush at the doors, a quiet noon, a second, lower hump. */
export const usualHours = [1.5, 1.6, 1.3, 0.6, 0.7, 1.1, 1.0, 0.6] as const;

export interface Crowd {
  readonly visitors: number;
  /** By hour since the doors' opening; stretched over the day. */
  readonly hours: readonly number[];
  /** Service to weight; default: by its number of matters. */
  readonly mix?: ReadonlyMap<ServiceId, number>;
}

/** A Poisson crowd between the first and the last number of the day. */
export function drawVisitors(
  rules: HallRules,
  day: BusinessDay,
  crowd: Crowd,
  behaviour: Behaviour,
  random: Random,
): Visitor[] {
  const schedule = scheduleOf(rules, day);
  const lengthMs = schedule.ticketsUntil - schedule.ticketsFrom;
  if (lengthMs <= 0) return [];
  const { hours } = crowd;
  const total = hours.reduce((sum, each) => sum + each, 0);
  const highest = Math.max(...hours);
  // Thinning (Lewis and Shedler, 1979): arrivals at the highest rate, each kept with its hour's share of it.
  const meanGapMs = lengthMs / ((crowd.visitors * highest * hours.length) / total);
  const mix: (readonly [ServiceId, number])[] = rules.services.map((service) => [
    service.id,
    crowd.mix?.get(service.id) ?? (crowd.mix === undefined ? service.matters.length : 0),
  ]);
  const visitors: Visitor[] = [];
  for (let sinceMs = 0; ; ) {
    sinceMs += exponential(random, meanGapMs);
    if (sinceMs >= lengthMs) return visitors;
    const hour = hours[Math.floor((sinceMs / lengthMs) * hours.length)] ?? 0;
    if (random() * highest >= hour) continue;
    const service = weighted(random, mix);
    if (service === undefined) return visitors;
    visitors.push(drawVisitor(rules, Math.floor(schedule.ticketsFrom + sinceMs), service, behaviour, random));
  }
}

interface Known {
  readonly class?: TicketClass | undefined;
  readonly matters?: readonly MatterId[] | undefined;
  readonly serviceMs?: number | undefined;
  readonly noShow?: boolean | undefined;
}

export function drawVisitor(
  rules: HallRules,
  at: Instant,
  service: ServiceId,
  behaviour: Behaviour,
  random: Random,
  known: Known = {},
): Visitor {
  const kinds = ticketClasses.map((kind) => [kind, behaviour.classes[kind] ?? 0] as const);
  const kind = known.class ?? weighted(random, kinds) ?? 'ordinary';
  const matters = known.matters ?? drawMatters(rules, service, behaviour, random);
  const { byId } = matterTable(rules);
  let serviceMs = 0;
  let reviewed = false;
  for (const id of matters) {
    const matter = byId.get(id);
    if (matter === undefined) continue;
    serviceMs += drawTime(behaviour, matter.standardMs, random);
    reviewed ||= matter.decided === 'back-office';
  }
  return {
    at,
    service,
    matters,
    class: kind,
    serviceMs: Math.max(1, Math.round(known.serviceMs ?? serviceMs)),
    walkMs: behaviour.walkMs === 0 ? 0 : Math.round(logNormal(random, behaviour.walkMs, 0.5)),
    noShow: random() < behaviour.noShowShare ? known.noShow !== false : known.noShow === true,
    officeMs: reviewed ? Math.round(logNormal(random, behaviour.officeMs, 0.6)) : null,
    certificateMs: Math.round(drawTime(behaviour, behaviour.certificateMs, random)),
  };
}

function drawTime(behaviour: Behaviour, mean: number, random: Random): number {
  switch (behaviour.law) {
    case 'log-normal':
      return logNormal(random, mean, behaviour.variation);
    case 'exponential':
      return exponential(random, mean);
    case 'fixed':
      return mean;
  }
}

function drawMatters(rules: HallRules, service: ServiceId, behaviour: Behaviour, random: Random): MatterId[] {
  const { byService, together } = matterTable(rules);
  const all = byService.get(service) ?? [];
  if (together.has(service)) return [...all];
  const dice = random();
  const [two, three] = behaviour.severalMatters;
  const wanted = dice < three ? 3 : dice < three + two ? 2 : 1;
  const chosen = new Set<MatterId>();
  for (let turn = 0; turn < wanted; turn += 1) {
    const matter = all[Math.floor(random() * all.length)];
    if (matter !== undefined) chosen.add(matter);
  }
  return [...chosen];
}

interface MatterTable {
  readonly byId: ReadonlyMap<MatterId, HallRules['matters'][number]>;
  readonly byService: ReadonlyMap<ServiceId, readonly MatterId[]>;
  /** Done as one thing: whoever comes has all its matters. */
  readonly together: ReadonlySet<ServiceId>;
}

const tables = new WeakMap<HallRules, MatterTable>();

function matterTable(rules: HallRules): MatterTable {
  let table = tables.get(rules);
  if (table === undefined) {
    table = {
      byId: new Map(rules.matters.map((matter) => [matter.id, matter])),
      byService: new Map(rules.services.map((service) => [service.id, service.matters])),
      together: new Set(rules.services.filter((service) => service.together === true).map(({ id }) => id)),
    };
    tables.set(rules, table);
  }
  return table;
}
