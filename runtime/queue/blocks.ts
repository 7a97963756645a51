/** Which numbers a kiosk may give by itself (F7): ranges are leased in a circle, so that none comes twice in a day. */
import type { BlockRules } from '../../devices/contract/hall.ts';
import { numberText } from '../../devices/contract/terms.ts';
import type { NumberBlock } from '../../devices/contract/ticket.ts';
import type { HallState } from './state.ts';

type Range = Pick<NumberBlock, 'from' | 'to'>;

/**
 * The next free range of a prefix, looked for from where the last one ended. Free: no part of it is leased, for whatever
 * day, nor borne by a ticket that stayed overnight (F18). `also`: leased in the same breath.
 */
export function nextBlock(
  state: HallState,
  rules: BlockRules,
  prefix: string,
  also: readonly NumberBlock[],
): Range | undefined {
  const places = Math.floor((rules.to - rules.from + 1) / rules.size);
  if (places < 1) return undefined;
  const leased = [...(state.leases.get(prefix) ?? []), ...also.filter((each) => each.prefix === prefix)];
  const latest = also.findLast((each) => each.prefix === prefix);
  const from = latest === undefined ? (state.blockNext.get(prefix) ?? rules.from) : latest.to + 1;
  const first = Math.max(0, Math.ceil((from - rules.from) / rules.size));
  for (let step = 0; step < places; step += 1) {
    const start = rules.from + ((first + step) % places) * rules.size;
    const range = { from: start, to: start + rules.size - 1 };
    if (!leased.some((each) => overlap(each, range)) && !borne(state, prefix, range)) return range;
  }
  return undefined;
}

export function overlap(a: Range, b: Range): boolean {
  return a.from <= b.to && b.from <= a.to;
}

function borne(state: HallState, prefix: string, range: Range): boolean {
  const digits = state.rules?.numbering.digits ?? 0;
  for (let count = range.from; count <= range.to; count += 1) {
    if (state.byNumber.has(numberText(prefix, count, digits))) return true;
  }
  return false;
}
