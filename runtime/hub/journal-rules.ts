/**
 * The rules as the journal keeps them. It is never erased, so it holds no clerk's name and no PIN's hash: who a clerk is
 * and whether a PIN is right, the hall's file of today says.
 */
import type { HallRules } from '../../devices/contract/hall.ts';

/** The queue only asks whether there is one. */
const keptElsewhere = 'in the hall file';

export function journalRules(rules: HallRules): HallRules {
  const clerks = rules.clerks.map((clerk) => ({
    ...clerk,
    name: clerk.id,
    pinHash: clerk.pinHash === null ? null : keptElsewhere,
  }));
  return { ...rules, clerks };
}
