/** A hall's file in the queue's own types: minutes after midnight, milliseconds, Monday first. */
import type {
  BalanceRules,
  Calendar,
  CallPolicy,
  CallRules,
  HallRules,
  MinuteOfDay,
  Numbering,
  RatingRules,
  Span,
} from '../devices/contract/hall.ts';
import type { HallFile } from './schema.ts';

const msPerSecond = 1000;
const msPerMinute = 60_000;
const minutesPerHour = 60;

export function hallRules(file: HallFile): HallRules {
  const keypads = new Set(
    file.nodes.flatMap(({ devices }) =>
      devices.flatMap((device) => (device.role === 'rating-keypad' ? [device.window] : [])),
    ),
  );
  return {
    rev: file.rev,
    hall: file.hall.id,
    name: file.hall.name,
    timeZone: file.hall.time_zone,
    calendar: calendar(file.calendar),
    numbering: numbering(file.numbering),
    departments: file.departments,
    matters: file.matters.map(({ standard_min, ...matter }) => ({
      ...matter,
      standardMs: ms(standard_min, msPerMinute),
    })),
    services: file.services.map(({ daily_quota, ...service }) => ({ ...service, dailyQuota: daily_quota })),
    windows: file.windows.map((window) => ({ ...window, rated: keypads.has(window.id) })),
    clerks: file.clerks.map(({ pin_hash, ...clerk }) => ({ ...clerk, pinHash: pin_hash })),
    calling: calling(file.calling),
    balancing: balancing(file.balancing),
    appointments: {
      earlyMs: ms(file.appointments.early_min, msPerMinute),
      lateMs: ms(file.appointments.late_min, msPerMinute),
    },
    rating: {
      timeoutMs: ms(file.rating.timeout_s, msPerSecond),
      followUpLevel: file.rating.follow_up_level,
      followUpWorkingDays: file.rating.follow_up_working_days,
      ...notRated(file.rating.not_rated_counts),
    },
  };
}

const mostDigits = 5;

/** Blocks lie above the numbers that the hub gives, with one digit more: visibly distinct. */
export function blockRange({ digits, block_start }: HallFile['numbering']): { from: number; to: number } {
  const width = Math.min(digits + 1, mostDigits);
  return { from: block_start ?? 5 * 10 ** (width - 1), to: 10 ** width - 1 };
}

function numbering(from: HallFile['numbering']): Numbering {
  const { digits, start, block_size: size } = from;
  return { digits, start, ...(size === 0 ? {} : { blocks: { ...blockRange(from), size } }) };
}

function notRated(from: HallFile['rating']['not_rated_counts']): Pick<RatingRules, 'notRatedCounts'> {
  const levels = { declined: from.declined, 'timed-out': from.timed_out, superseded: from.superseded };
  const set = Object.entries(levels).filter(([, level]) => level !== null);
  return set.length === 0 ? {} : { notRatedCounts: Object.fromEntries(set) };
}

function calendar(from: HallFile['calendar']): Calendar {
  const { mon, tue, wed, thu, fri, sat, sun } = from.week;
  return {
    week: [mon, tue, wed, thu, fri, sat, sun].map((day) => day.map(span)),
    exceptions: Object.fromEntries(Object.entries(from.exceptions).map(([date, spans]) => [date, spans.map(span)])),
    ticketingLeadMs: ms(from.ticketing_lead_min, msPerMinute),
    lastTicketBeforeCloseMs: ms(from.last_ticket_before_close_min, msPerMinute),
    lastTicketByCapacity: from.last_ticket_by_capacity,
  };
}

function span({ from, to }: { from: string; to: string }): Span {
  return { from: minuteOfDay(from), to: minuteOfDay(to) };
}

/** `09:00` is 540. */
export function minuteOfDay(time: string): MinuteOfDay {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * minutesPerHour + minutes;
}

function calling(from: HallFile['calling']): CallRules {
  return {
    policy: policy(from.policy),
    recallLimit: from.recall_limit,
    recallPauseMs: ms(from.recall_pause_s, msPerSecond),
    minCallsBeforeMiss: from.min_calls_before_miss,
    minMsBeforeMiss: ms(from.min_s_before_miss, msPerSecond),
    returnWithinMs: ms(from.return_within_min, msPerMinute),
    commandLifeMs: ms(from.command_life_s, msPerSecond),
    certificateWhen: from.certificate_when,
    ...(from.next_completes ? { nextCompletes: true } : {}),
  };
}

function balancing(from: HallFile['balancing']): BalanceRules {
  return {
    mode: from.mode,
    everyMs: ms(from.every_s, msPerSecond),
    ratio: from.ratio,
    leastWaitMs: ms(from.least_wait_min, msPerMinute),
    pauseMs: ms(from.pause_min, msPerMinute),
    leastIntake: from.least_intake,
    leastCertificate: from.least_certificate,
    mostChanged: from.most_changed,
    proposalLifeMs: ms(from.proposal_life_min, msPerMinute),
  };
}

function policy(from: HallFile['calling']['policy']): CallPolicy {
  return from.kind === 'accumulating' ? { kind: from.kind, ratesPerMinute: from.rates_per_minute } : from;
}

/** Whole milliseconds: 0.1 minutes times 60,000 is not exact. */
function ms(count: number, unit: number): number {
  return Math.round(count * unit);
}
