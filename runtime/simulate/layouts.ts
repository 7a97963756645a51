/** What if the hall were laid out otherwise: how many windows, one stall a department or comprehensive, which policy. */
import type { BalanceRules, CallPolicy, HallRules, Service, WindowRules } from '../../devices/contract/hall.ts';

export interface WhatIf {
  /** Intake windows; the others stay. */
  readonly windows?: number;
  /** Windows that hand out certificates. */
  readonly certificates?: number;
  readonly layout?: 'stalls' | 'comprehensive';
  readonly balancing?: 'on' | 'off';
  /** Share of the visitors who book a time. */
  readonly appointments?: number;
  readonly policy?: CallPolicy['kind'];
  /** Factor on everybody's service time: clerks who do everything may be slower. */
  readonly slower?: number;
  /** Factor on the number of visitors. */
  readonly crowd?: number;
}

export function applyWhatIf(rules: HallRules, whatIf: WhatIf): HallRules {
  const { certificate: given = [], desk = [], intake: takers = [] } = Object.groupBy(rules.windows, ({ role }) => role);
  const certificates = whatIf.certificates === undefined ? given : resized(given, whatIf.certificates);
  let intake = takers;
  if (whatIf.windows !== undefined) intake = resized(intake, whatIf.windows);
  if (whatIf.layout === 'comprehensive') intake = intake.map((window) => ({ ...window, serves: 'all' }));
  if (whatIf.layout === 'stalls') intake = stalls(rules, intake);
  const policy = whatIf.policy === undefined ? rules.calling.policy : policyOf(rules, whatIf.policy);
  const { balancing: _own, ...rest } = rules;
  return {
    ...(whatIf.balancing === undefined ? rules : rest),
    ...(whatIf.balancing === 'on'
      ? { balancing: { ...usualBalancing, ...rules.balancing, mode: 'act' as const } }
      : {}),
    windows: [...intake, ...certificates, ...desk],
    calling: { ...rules.calling, policy },
  };
}

const minuteMs = 60_000;
/** Where the hall's file has no word on it. */
const usualBalancing: BalanceRules = {
  mode: 'act',
  everyMs: minuteMs,
  ratio: 2,
  leastWaitMs: 5 * minuteMs,
  pauseMs: 10 * minuteMs,
  leastIntake: 1,
  leastCertificate: 1,
  mostChanged: 50,
  proposalLifeMs: 10 * minuteMs,
};

function resized(windows: readonly WindowRules[], count: number): WindowRules[] {
  const kept = windows.slice(0, count);
  const model = windows[windows.length - 1];
  const highest = windows.reduce((most, window) => Math.max(most, window.number), 0);
  for (let extra = 1; kept.length < count && model !== undefined; extra += 1) {
    kept.push({ ...model, id: `extra-${model.role}-${extra}`, number: highest + extra });
  }
  return kept;
}

function policyOf(rules: HallRules, kind: CallPolicy['kind']): CallPolicy {
  if (rules.calling.policy.kind === kind) return rules.calling.policy;
  switch (kind) {
    case 'fifo':
      return { kind };
    case 'strict':
      return { kind, order: ['priority', 'returning', 'appointment', 'ordinary'] };
    case 'alternate':
      return { kind, first: 'priority', n: 1, m: 3 };
    case 'accumulating':
      return { kind, ratesPerMinute: { ordinary: 1, priority: 2, appointment: 1.5, returning: 3 } };
  }
}

/** Work a service brings, in its matters' standard minutes: visitors come by the number of matters. */
function loadOf(rules: HallRules, service: Service): number {
  let load = 0;
  const wanted = new Set(service.matters);
  for (const matter of rules.matters) if (wanted.has(matter.id)) load += matter.standardMs;
  return load;
}

/** Each service has windows of its own, as many as its work asks for; where windows are few, services share one. */
function stalls(rules: HallRules, windows: readonly WindowRules[]): WindowRules[] {
  const services = rules.services
    .map((service) => ({ service, load: loadOf(rules, service) }))
    .sort((a, b) => b.load - a.load);
  const groups: { services: Service[]; load: number; windows: number }[] = [];
  for (const { service, load } of services) {
    if (groups.length < windows.length) {
      groups.push({ services: [service], load, windows: 0 });
      continue;
    }
    const least = groups.reduce((a, b) => (a.load <= b.load ? a : b));
    least.services.push(service);
    least.load += load;
  }
  // One each, and every further window where work a window is highest: no allocation has a lower highest load.
  for (const group of groups) group.windows = 1;
  for (let left = windows.length - groups.length; left > 0; left -= 1) {
    const most = groups.reduce((a, b) => (a.load / a.windows >= b.load / b.windows ? a : b));
    most.windows += 1;
  }
  const laidOut: WindowRules[] = [];
  for (const group of groups) {
    for (let each = 0; each < group.windows; each += 1) {
      const window = windows[laidOut.length];
      if (window === undefined) return laidOut;
      laidOut.push({ ...window, serves: group.services.map((service) => ({ service: service.id, tier: 1 })) });
    }
  }
  return laidOut;
}
