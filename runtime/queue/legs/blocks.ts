/** Blocks of numbers leased to kiosks (F7): today's, where numbers are given, and the next business day's. */
import type { HallRules } from '../../../devices/contract/hall.ts';
import type { BusinessDay } from '../../../devices/contract/terms.ts';
import type { LeaseResult, NumberBlock } from '../../../devices/contract/ticket.ts';
import { nextBlock, overlap } from '../blocks.ts';
import { nextBusinessDay, scheduleOf } from '../calendar.ts';
import type { DaySchedule, QueueEvent } from '../events.ts';
import type { Decision } from '../queue.ts';
import type { HallState } from '../state.ts';
import { type CommandOf, head, refuse } from './answer.ts';

/** A kiosk that loses its store again and again must not empty the hall's range. */
const leasesAKiosk = 40;

export function leaseBlocks(state: HallState, command: CommandOf<'LeaseBlocks'>): Decision {
  const { rules, day } = state;
  if (rules === null || day === null) return refuse('closed', 'the hall is not configured yet');
  const blocks = rules.numbering.blocks;
  if (blocks === undefined) return refuse('no-blocks', 'this hall leases no numbers: its kiosks wait for the hub');
  const kiosk = command.by.id;
  const known = [...state.leases.values()].flat();
  const events: QueueEvent[] = [];
  const reported: NumberBlock[] = [];
  const revoked: string[] = [];
  for (const { left: _left, ...block } of command.held) {
    if (block.day < day.day) continue;
    const same = known.find((each) => each.lease === block.lease);
    if (same?.kiosk === kiosk) continue;
    // A hub restored from a backup hears of leases it gave and forgot (F11); the first to tell keeps the range.
    const others = [...known, ...reported].filter((each) => each.prefix === block.prefix);
    if (same !== undefined || block.from > block.to || others.some((each) => overlap(each, block))) {
      revoked.push(block.lease);
      continue;
    }
    reported.push(block);
    events.push({ ...head(command), type: 'BlockLeased', ...block, kiosk, reported: true });
  }
  const days = leaseDays(rules, day);
  const given: NumberBlock[] = [];
  const prefixes = new Set(rules.services.map((service) => service.prefix));
  for (const prefix of new Set(command.prefixes)) {
    if (!prefixes.has(prefix)) continue;
    for (const [forDay] of days) {
      if (!command.grant || forDay <= state.leasesBarredUntil) continue;
      const left = command.held
        .filter((each) => each.prefix === prefix && each.day === forDay && !revoked.includes(each.lease))
        .reduce((sum, each) => sum + each.left, 0);
      if (left >= blocks.size / 2) continue;
      const had = known.filter((each) => each.kiosk === kiosk && each.prefix === prefix && each.day === forDay);
      if (had.length >= leasesAKiosk) continue;
      const range = nextBlock(state, blocks, prefix, [...reported, ...given]);
      if (range === undefined) continue;
      const block = { lease: `${prefix}${range.from}-${forDay}`, day: forDay, prefix, ...range };
      given.push(block);
      events.push({ ...head(command), type: 'BlockLeased', ...block, kiosk });
    }
  }
  const answer: LeaseResult = {
    days: days.map(([forDay, schedule]) => ({
      day: forDay,
      tickets_from: schedule.ticketsFrom,
      tickets_until: schedule.ticketsUntil,
      ends_at: schedule.endsAt,
    })),
    blocks: given,
    revoked,
  };
  return { ok: true, events, answer };
}

function leaseDays(
  rules: HallRules,
  today: { readonly day: BusinessDay; readonly schedule: DaySchedule },
): readonly (readonly [BusinessDay, DaySchedule])[] {
  const next = nextBusinessDay(rules.calendar, today.day);
  return [
    ...(today.schedule.spans.length > 0 ? [[today.day, today.schedule] as const] : []),
    ...(next === undefined ? [] : [[next, scheduleOf(rules, next)] as const]),
  ];
}
