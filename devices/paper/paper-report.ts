/** What a printer's verdict means to the hub: the event of a number's first paper, and the outcome of one that was ordered. */
import type { Sent } from '../contract/hall-link.ts';
import type { PaperOutcome } from '../contract/people.ts';
import type { TicketId } from '../contract/terms.ts';

/** A ticket printer's verdict, as far as the hub needs it. */
type Verdict =
  | { readonly kind: 'printed'; readonly by: 'process-id' | 'fence' | 'presenter' }
  | { readonly kind: 'unknown' | 'not-printed'; readonly reason: string; readonly message: string };

export function verdictEvent(ticket: string, verdict: Verdict): Sent {
  const id = ticket as TicketId;
  if (verdict.kind === 'not-printed')
    return { type: 'TicketPrintFailed', data: { ticket: id, reason: verdict.reason } };
  const said = verdict.kind === 'printed' ? { by: verdict.by } : { reason: verdict.reason };
  return { type: 'TicketPrinted', data: { ticket: id, verdict: verdict.kind, ...said } };
}

export function outcomeOf(verdict: Verdict): PaperOutcome {
  if (verdict.kind === 'printed') return { verdict: 'printed' };
  const { kind, reason, message } = verdict;
  return { verdict: kind, reason, message };
}
