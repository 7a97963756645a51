/** The hall's rules looked up by id, made once a configuration. */
import type { Clerk, HallRules, Matter, Service, WindowRules } from '../../devices/contract/hall.ts';
import type { ClerkId, DurationMs, MatterId, ServiceId, WindowId } from '../../devices/contract/terms.ts';

/** A clerk who may take everything, or nobody logged in. */
export const unrestricted = -1;

/** When a matter is unknown to the rules (an edited file, a ticket in review overnight). */
const defaultServiceMs = 10 * 60_000;

export interface RulesIndex {
  readonly services: ReadonlyMap<ServiceId, Service>;
  readonly matters: ReadonlyMap<MatterId, Matter>;
  readonly windows: ReadonlyMap<WindowId, WindowRules>;
  readonly clerks: ReadonlyMap<ClerkId, Clerk>;
  /** The different sets of matters that restricted clerks may take. */
  readonly profiles: readonly ReadonlySet<MatterId>[];
  readonly profileOf: ReadonlyMap<ClerkId, number>;
  /** Some clerk may take everything. */
  readonly anyUnrestricted: boolean;
  /** Mean standard time over the matters of a service: for tickets without chosen matters. */
  readonly standardMs: ReadonlyMap<ServiceId, DurationMs>;
  /** Clerks have PINs here: a window opens with a login alone. */
  readonly loginNeeded: boolean;
}

export function indexRules(rules: HallRules | null): RulesIndex {
  const matters = new Map((rules?.matters ?? []).map((matter) => [matter.id, matter]));
  const profiles: ReadonlySet<MatterId>[] = [];
  const profileKeys = new Map<string, number>();
  const profileOf = new Map<ClerkId, number>();
  for (const clerk of rules?.clerks ?? []) {
    if (clerk.matters === 'all') {
      profileOf.set(clerk.id, unrestricted);
      continue;
    }
    const key = [...clerk.matters].sort().join(' ');
    let profile = profileKeys.get(key);
    if (profile === undefined) {
      profile = profiles.push(new Set(clerk.matters)) - 1;
      profileKeys.set(key, profile);
    }
    profileOf.set(clerk.id, profile);
  }
  return {
    services: new Map((rules?.services ?? []).map((service) => [service.id, service])),
    matters,
    windows: new Map((rules?.windows ?? []).map((window) => [window.id, window])),
    clerks: new Map((rules?.clerks ?? []).map((clerk) => [clerk.id, clerk])),
    profiles,
    profileOf,
    anyUnrestricted: [...profileOf.values()].includes(unrestricted),
    standardMs: new Map(
      (rules?.services ?? []).map((service) => [
        service.id,
        mean(service.matters.map((id) => matters.get(id)?.standardMs ?? defaultServiceMs)),
      ]),
    ),
    loginNeeded: (rules?.clerks ?? []).some((clerk) => clerk.pinHash !== null),
  };
}

/**
 * Which restricted clerks may take these matters: all of them chosen, or, where nothing was chosen, at least one of the
 * service. A mix that nobody in the hall may take whole goes to whoever may take a part: the clerk transfers the rest.
 */
export function profilesFor(index: RulesIndex, service: ServiceId, matters: readonly MatterId[]): readonly number[] {
  const { profiles } = index;
  if (profiles.length === 0) return [];
  const chosen = matters.length > 0 ? matters : (index.services.get(service)?.matters ?? []);
  const indexes = profiles.map((_, each) => each);
  const some = () => indexes.filter((each) => chosen.some((matter) => profiles[each]?.has(matter)));
  if (matters.length === 0) return some();
  const whole = indexes.filter((each) => chosen.every((matter) => profiles[each]?.has(matter)));
  return whole.length > 0 || index.anyUnrestricted ? whole : some();
}

function mean(values: readonly number[]): number {
  if (values.length === 0) return defaultServiceMs;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
