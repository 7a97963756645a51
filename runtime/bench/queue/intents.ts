/** Random commands for the model test, as intents: "the third ticket", "window 2", so that most mean something and some mean nothing. */
import fc from 'fast-check';
import type { HallRules } from '../../../devices/contract/hall.ts';
import { type TicketId, ticketClasses } from '../../../devices/contract/terms.ts';
import type { QueueCommand } from '../../queue/commands.ts';
import type { HallState, Stage } from '../../queue/state.ts';
import { testHall } from '../../queue/test-hall.kit.ts';

export interface Intent {
  readonly kind: keyof typeof intents;
  /** Which ticket, window, ask: taken modulo how many there are. */
  readonly a: number;
  readonly b: number;
  readonly passMs: number;
  readonly ageMs: number;
}

export interface World {
  readonly state: HallState;
  readonly tickets: TicketId[];
  readonly servings: string[];
  readonly asks: string[];
  at: number;
  happenedAt: number;
  id: string;
}

export type Body = { readonly type: QueueCommand['type'] } & Readonly<Record<string, unknown>>;
export type Make = (world: World, a: number, b: number) => Body | undefined;

/** The test hall with blocks for its kiosks, and windows that differ so that there is something to balance. */
export const modelHall: HallRules = {
  ...testHall,
  numbering: { ...testHall.numbering, blocks: { from: 5000, to: 5099, size: 5 } },
  balancing: {
    mode: 'propose',
    everyMs: 60_000,
    mostChanged: 3,
    proposalLifeMs: 600_000,
    ratio: 1.5,
    leastWaitMs: 60_000,
    pauseMs: 300_000,
    leastIntake: 1,
    leastCertificate: 1,
  },
  windows: testHall.windows.map((window) =>
    window.id === 'w3' ? { ...window, serves: [{ service: 'housing', tier: 1 }], rated: false } : window,
  ),
};

/** `w9` and `nothing` do not exist. */
const windowIds = ['w1', 'w2', 'w3', 'w4', 'w1', 'w2', 'w3', 'w4', 'w1', 'w2', 'w3', 'w4', 'w9'];
const services = ['social', 'company', 'housing', 'social', 'company', 'housing', 'social', 'nothing'];
const matters = testHall.matters.map((matter) => matter.id);
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const someMatters = (b: number) => matters.filter((_, index) => (b >> index) % 5 === 1).slice(0, 3);
const aTicket = (world: World, a: number): TicketId | undefined =>
  world.tickets.length === 0
    ? undefined
    : pick(world.tickets, world.tickets.length - 1 - (a % Math.min(12, world.tickets.length)));

/** Mostly a ticket that is where the command is about. */
const aTicketAt = (world: World, stages: readonly Stage[], a: number, b: number): TicketId | undefined => {
  const there = [...world.state.tickets.values()].filter((ticket) => stages.includes(ticket.stage));
  return there.length === 0 || b % 8 === 0 ? aTicket(world, a) : pick(there, a).id;
};

const withVisitor: readonly QueueCommand['type'][] = [
  'Recall',
  'Start',
  'Miss',
  'Complete',
  'Hold',
  'Park',
  'Transfer',
];
const aWindow = (world: World, type: QueueCommand['type'], a: number, b: number): string => {
  if (!withVisitor.includes(type) || b % 8 === 0) return pick(windowIds, a);
  const busy = [...world.state.windows.values()].filter((window) => window.call !== null);
  return busy.length === 0 ? pick(windowIds, a) : pick(busy, a).id;
};

const atWindow =
  (type: QueueCommand['type'], more: (b: number) => object = () => ({})): Make =>
  (world, a, b) => {
    const window = aWindow(world, type, a, b);
    const rev = world.state.windows.get(window)?.rev ?? 0;
    return { type, window, ...(b % 4 === 0 ? {} : { windowRev: b % 16 === 1 ? rev - 1 : rev }), ...more(b) };
  };

const aboutTicket =
  (
    type: QueueCommand['type'],
    stages: readonly Stage[],
    more: (b: number, world: World, ticket: TicketId) => object = () => ({}),
  ): Make =>
  (world, a, b) => {
    const ticket = aTicketAt(world, stages, a, b);
    return ticket === undefined ? undefined : { type, ticket, ...more(b, world, ticket) };
  };

const bySupervisor =
  (type: QueueCommand['type'], more: (b: number) => object = () => ({})): Make =>
  (_world, a, b) => ({
    type,
    window: pick(windowIds, a),
    why: 'model',
    by: { kind: b % 7 === 0 ? 'device' : 'supervisor', id: 'zhao' },
    ...more(b),
  });

export const intents = {
  issue: (_world, a, b) => ({
    type: 'IssueTicket',
    service: pick(services, a),
    matters: someMatters(b),
    class: pick(ticketClasses, b),
  }),
  lease: (world, a, b) => {
    const kiosk = `k${a % 3}`;
    const held = [...world.state.leases.values()]
      .flat()
      .flatMap((lease) => (lease.kiosk === kiosk && b % 5 > 0 ? [{ ...lease, left: (a >> 2) % 6 }] : []));
    // A kiosk that holds what this hub never leased: it had another before.
    const foreign = {
      lease: `old-${a}`,
      day: world.state.day?.day ?? '',
      prefix: 'A',
      from: 5000 + (b % 98),
      to: 5001 + (b % 98),
    };
    return {
      type: 'LeaseBlocks',
      prefixes: pick([['A'], ['A', 'B', 'C'], ['Z']], b),
      held: a % 9 === 0 ? [...held, { ...foreign, left: 2 }] : held,
      grant: b % 8 > 0,
      by: { kind: 'device', id: kiosk },
    };
  },
  block: (world, a, b) => {
    const leases = (world.state.leases.get('A') ?? []).filter((lease) => lease.day === world.state.day?.day);
    const lease = leases.length === 0 ? undefined : pick(leases, a);
    const count = lease === undefined || b % 9 === 0 ? 801 + (b % 60) : lease.from + (b % (lease.to - lease.from + 1));
    return {
      type: 'IssuedFromBlock',
      commandId: world.asks.length > 0 && b % 2 === 0 ? pick(world.asks, a) : `ask-before-${b}`,
      ticket: `${world.state.day?.day}/A${count}`,
      lease: lease?.lease ?? 'none',
      service: 'social',
      matters: someMatters(b),
      class: 'ordinary',
    };
  },
  cancel: (world, a, b) => ({
    type: 'CancelIssue',
    commandId: world.asks.length > 0 && b % 3 > 0 ? pick(world.asks, world.asks.length - 1 - (a % 3) + 3) : `cmd-${b}`,
    reason: 'restart',
  }),
  printed: aboutTicket('TicketPrinted', ['printing'], (b) => ({ verdict: b % 8 === 0 ? 'unknown' : 'printed' })),
  printFailed: aboutTicket('TicketPrintFailed', ['printing', 'waiting'], () => ({ reason: 'jam' })),
  /** Two that a hub gives by itself. */
  orderPaper: (world, a, b) => (b % 10 === 0 ? { type: 'HealHall' } : orderPaper(world, a, b)),
  void: aboutTicket('VoidTicket', ['waiting', 'called'], () => ({ reason: 'left' })),
  return: aboutTicket('ReturnTicket', ['missed', 'parked', 'held']),
  call: atWindow('CallNext'),
  callNumber: (world, a, b) => {
    const ticket = aTicketAt(world, ['held', 'parked', 'missed', 'waiting'], b, a);
    return ticket === undefined
      ? undefined
      : { type: 'CallNumber', window: pick(windowIds, a), number: ticket.slice(ticket.indexOf('/') + 1) };
  },
  recall: atWindow('Recall'),
  start: atWindow('Start'),
  miss: atWindow('Miss'),
  complete: atWindow('Complete', (b) => ({ review: b % 3 === 0 ? 'all' : b % 3 === 1 ? [] : someMatters(b) })),
  hold: atWindow('Hold'),
  park: atWindow('Park'),
  transfer: atWindow('Transfer', (b) => ({
    to: b % 2 === 0 ? { service: pick(services, b >> 1) } : { window: pick(windowIds, b >> 1) },
    place: pick(['front', 'end', 'age'], b),
    ...(b % 3 === 0 ? { matters: someMatters(b >> 2) } : {}),
  })),
  open: atWindow('OpenWindow'),
  close: atWindow('CloseWindow'),
  pause: atWindow('PauseWindow', () => ({ reason: 'lunch' })),
  resume: atWindow('ResumeWindow'),
  login: atWindow('ClerkLogin', (b) => ({ clerk: pick(['li', 'wang', 'zhao', 'nobody'], b) })),
  logout: atWindow('ClerkLogout'),
  byHand: (world, a, b) => {
    const ticket = aTicket(world, b);
    if (ticket === undefined) return undefined;
    const [day, number] = ticket.split('/');
    return { type: 'CalledByHand', window: pick(windowIds, a), number, day };
  },
  shown: (world, a, b) => {
    const window = pick(windowIds, a);
    const call = world.state.windows.get(window)?.call;
    return {
      type: 'CallShown',
      window,
      board: `b${a % 2}`,
      ticket: call?.ticket ?? '2026-11-23/A001',
      call: (call?.call ?? 1) - (b % 5 === 0 ? 1 : 0),
      outcome: 'shown',
    };
  },
  ready: aboutTicket('MatterReady', ['review'], (b, world, ticket) => {
    const inReview = world.state.tickets.get(ticket)?.matters.filter((each) => each.state === 'review') ?? [];
    return {
      matter: inReview.length > 0 ? pick(inReview, b).matter : pick(matters, b),
      outcome: b % 4 === 0 ? 'refused' : 'granted',
    };
  }),
  rate: (world, a, b) => {
    if (world.servings.length === 0) return undefined;
    const armed = [...world.state.windows.values()].find((each) => each.rating !== null)?.rating?.serving;
    const recent = pick(world.servings, world.servings.length - 1 - (a % Math.min(4, world.servings.length)));
    const serving = b % 4 === 0 ? recent : (armed ?? recent);
    const window = world.state.ratings.get(serving)?.window ?? 'w1';
    return { type: 'RateService', serving, window: b % 9 === 0 ? 'w2' : window, level: 1 + (b % 5) };
  },
  ratingAway: (world, a) =>
    world.servings.length === 0
      ? undefined
      : {
          type: 'RatingUnavailable',
          serving: pick(world.servings, world.servings.length - 1 - (a % Math.min(3, world.servings.length))),
          window: pick(['w1', 'w2', 'w3'], a),
          reason: pick(['pad-away', 'declined'], a),
        },
  askRating: atWindow('RequestRating'),
  reason: (world, a, b) => {
    const serving = world.servings.at(-1);
    const window = serving === undefined ? undefined : world.state.ratings.get(serving)?.window;
    if (serving === undefined || window === undefined) return undefined;
    return { type: 'AddRatingReason', serving, window: pick([window, 'w1'], a), reason: pick(['slow', 'rude'], b) };
  },
  stray: atWindow('StrayRating', () => ({ key: '5', reason: 'not-armed' })),
  configure: (_world, a, b) => ({
    type: 'ConfigureHall',
    rules: {
      ...modelHall,
      rev: 2 + b,
      windows: a % 3 === 0 ? testHall.windows.filter((_, index) => index !== a % 4) : testHall.windows,
      clerks: a % 5 === 0 ? testHall.clerks.slice(0, 1) : testHall.clerks,
      calendar: { ...testHall.calendar, lastTicketByCapacity: a % 4 === 0 },
      balancing: { ...modelHall.balancing, mode: pick(['act', 'propose', 'propose', 'off'], b) },
      calling: {
        ...testHall.calling,
        nextCompletes: b % 2 === 0,
        certificateWhen: a % 2 === 0 ? 'first' : 'all',
        policy: pick(
          [
            testHall.calling.policy,
            { kind: 'fifo' },
            { kind: 'strict', order: ['priority', 'returning', 'appointment', 'ordinary'] },
            { kind: 'alternate', first: 'priority', n: 1, m: 2 },
          ],
          b,
        ),
      },
    },
  }),
  changeMatters: aboutTicket('ChangeMatters', ['waiting', 'called', 'serving'], (b) => ({
    add: someMatters(b),
    remove: b % 3 === 0 ? someMatters(b >> 3) : [],
  })),
  assist: aboutTicket('RecordAssistance', ['waiting'], () => ({ kind: 'guidance', outcome: 'solved' })),
  complain: (_world, a, b) => ({
    type: b % 2 === 0 ? 'RecordComplaint' : 'SettleComplaint',
    complaint: `c${a % 5}`,
    ticket: null,
    kind: 'complaint',
    reference: 'r1',
    outcome: 'answered',
  }),
  reprint: aboutTicket('ReprintTicket', ['waiting', 'called'], () => ({ reason: 'torn' })),
  slip: aboutTicket('SlipPrinted', ['review'], () => ({ window: 'w1', verdict: 'printed' })),
  book: (world, a, b) => ({
    type: 'BookAppointment',
    appointment: `a${a % 9}`,
    service: pick(services, b),
    matters: someMatters(b),
    from: world.at + (b % 90) * 60_000,
    to: world.at + ((b % 90) + 15) * 60_000,
  }),
  checkIn: (world, a, b) => {
    const open = [...world.state.appointments.keys()];
    const appointment = open.length === 0 || b % 8 === 0 ? `a${a % 9}` : pick(open, a);
    return { type: b % 3 === 0 ? 'CancelAppointment' : 'CheckIn', appointment };
  },
  followUp: (world, a, b) => {
    const serving = [...world.state.followUps.keys()][a % 3] ?? '2026-11-23/A001#1';
    const step = pick(['called-back', 'settled', 'wrong-rating'], b);
    return { type: 'RecordFollowUp', serving, step, reference: 'r2', by: { kind: 'supervisor', id: 'zhao' } };
  },
  role: bySupervisor('SetWindowRole', (b) => ({
    role: pick(['intake', 'certificate', 'intake', 'desk', 'intake', 'intake'], b),
  })),
  serves: bySupervisor('SetWindowServices', (b) => ({
    serves: b % 4 > 0 ? 'all' : [{ service: pick(services, b >> 1), tier: 1 }],
  })),
  freeWindow: bySupervisor('FreeWindow'),
  move: aboutTicket('MoveTicket', ['waiting', 'parked', 'held', 'missed'], (b) => ({
    to: b % 2 === 0 ? { service: pick(services, b >> 1) } : { window: pick(windowIds, b >> 1) },
    place: pick(['front', 'end', 'age'], b),
    why: 'model',
    by: { kind: b % 7 === 0 ? 'device' : 'supervisor', id: 'zhao' },
  })),
  changeClass: aboutTicket('ChangeClass', ['waiting', 'called'], (b) => ({
    class: pick(ticketClasses, b),
    why: 'model',
    by: { kind: 'desk', id: 'desk' },
  })),
  balance: () => ({ type: 'Balance' }),
  answerBalance: (world, a, b) => ({
    type: b % 3 === 0 ? 'DeclineBalance' : 'AcceptBalance',
    proposal: a % 8 === 0 ? 'another' : (world.state.proposal?.id ?? 'none'),
    why: 'model',
    by: { kind: a % 9 === 0 ? 'device' : 'supervisor', id: 'zhao' },
  }),
  /** A hub before this one gave numbers that this one never heard of, and its boxes tell again. */
  restored: (world, a, b) => {
    const { day } = world.state;
    const next = day?.next.get('A') ?? 1;
    return {
      type: 'NoteRestored',
      tickets: [`${day?.day}/A${String(next + (b % 4)).padStart(3, '0')}`, '2026-11-20/A950'],
      epoch: a % 5 === 0 ? a : null,
      by: { kind: 'hub', id: 'hub' },
    };
  },
  toldAgain: (world, a, b) => {
    const { day } = world.state;
    const gap = day?.gaps.get('A')?.at(-1);
    const count = gap === undefined || b % 4 === 0 ? 1 + (b % 40) : gap.from + (a % (gap.to - gap.from + 1));
    return {
      type: 'IssueTicket',
      service: 'social',
      matters: someMatters(b),
      class: 'ordinary',
      given: `${b % 7 === 0 ? '2026-11-20' : day?.day}/A${String(count).padStart(3, '0')}`,
    };
  },
  refusedPress: (_world, a) => ({ type: 'PressRefused', key: String(a % 8), reason: 'paper-out' }),
  tick: () => ({ type: 'Tick' }),
  /** Up to a minute either way: the hall's times move, the commands go on from where they are. */
  stepClock: (world, a, b) => {
    const shiftMs = (b % 2 === 0 ? 1 : -1) * (a % 60) * 1_000;
    return { type: 'StepClock', from: world.at - shiftMs, to: world.at, shiftMs, by: { kind: 'hub', id: 'hub' } };
  },
  doubtClock: (world, a, b) => ({
    type: b % 3 === 0 ? 'DoubtClock' : 'TrustClock',
    wall: world.at + a,
    reason: 'model',
    by: { kind: b % 2 === 0 ? 'hub' : 'supervisor', id: 'clock' },
  }),
} satisfies Readonly<Record<string, Make>>;

const weights: Readonly<Partial<Record<Intent['kind'], number>>> = {
  issue: 14,
  printed: 14,
  call: 14,
  start: 6,
  complete: 10,
  ready: 8,
  open: 6,
  rate: 5,
  miss: 3,
  callNumber: 3,
  transfer: 3,
  balance: 4,
  answerBalance: 4,
  lease: 2,
  block: 2,
  reason: 5,
};

export const intentArbitrary: fc.Arbitrary<Intent> = fc.record({
  kind: fc.oneof(
    ...(Object.keys(intents) as Intent['kind'][]).map((kind) => ({
      weight: weights[kind] ?? 1,
      arbitrary: fc.constant(kind),
    })),
  ),
  a: fc.nat({ max: 1 << 20 }),
  b: fc.nat({ max: 1 << 20 }),
  passMs: fc.oneof(
    { weight: 200, arbitrary: fc.nat({ max: 2_000 }) },
    { weight: 80, arbitrary: fc.nat({ max: 90_000 }) },
    { weight: 2, arbitrary: fc.nat({ max: 4 * 3_600_000 }) },
    /** Overnight, into the middle of the next day. */
    { weight: 1, arbitrary: fc.constant(24 * 3_600_000) },
    { weight: 10, arbitrary: fc.constant(0) },
  ),
  ageMs: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.nat({ max: 40_000 }) }),
});

const orderPaper = aboutTicket('OrderPaper', ['printing', 'waiting'], (b) => ({ node: `k${b % 3}` }));
