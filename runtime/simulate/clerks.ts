/**
 * Who sits where in a simulated hall: the clerks of the rules in their order, supervisors last, with what they are
 * authorised for; windows beyond them have somebody who may take everything. Nobody types a PIN in virtual time.
 */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { ClerkId, WindowId } from '../../devices/contract/terms.ts';

export class Clerks {
  readonly rules: HallRules;
  readonly #seats = new Map<WindowId, ClerkId>();

  constructor(rules: HallRules) {
    this.rules = { ...rules, clerks: rules.clerks.map((clerk) => ({ ...clerk, pinHash: null })) };
    const free = [...rules.clerks].sort((a, b) => Number(a.supervisor) - Number(b.supervisor));
    const served = new Map(rules.services.map(({ id, matters }) => [id, matters]));
    for (const { id, role, serves } of rules.windows) {
      const needed =
        serves === 'all' || role !== 'intake' ? [] : serves.flatMap(({ service }) => served.get(service) ?? []);
      const may = (matters: 'all' | readonly string[]) =>
        matters === 'all' || needed.length === 0 || needed.some((matter) => matters.includes(matter));
      const at = free.findIndex(({ matters }) => may(matters));
      const [clerk] = at < 0 ? [] : free.splice(at, 1);
      if (clerk !== undefined) this.#seats.set(id, clerk.id);
    }
  }

  /** The command that opens a window in the morning. */
  opening(window: WindowId) {
    const clerk = this.#seats.get(window);
    return clerk === undefined
      ? { type: 'OpenWindow' as const, window }
      : { type: 'ClerkLogin' as const, window, clerk };
  }
}
