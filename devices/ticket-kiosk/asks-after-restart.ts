/** Asks that a restart found unanswered (F3), without those that were given up or answered by the block. */
import type { HallLink } from '../contract/hall-link.ts';
import type { EvtInput } from '../contract/messages.ts';
import type { CommandId, DurationMs } from '../contract/terms.ts';
import type { Asked } from './kiosk-settings.ts';

export interface AskLeft {
  readonly id: CommandId;
  readonly asked: Asked;
  /** How long its visitor may still stand there; 0 = has gone, or nobody knows. */
  readonly leftMs: DurationMs;
}

export function asksAfterRestart(pending: ReturnType<HallLink['pending']>, lifeMs: DurationMs): readonly AskLeft[] {
  const settled = new Set(
    pending.flatMap(({ type, data }) =>
      type === 'CancelIssue' || type === 'IssuedFromBlock'
        ? [(data as EvtInput<'CancelIssue' | 'IssuedFromBlock'>).commandId]
        : [],
    ),
  );
  return pending.flatMap(({ id, type, data, ageMs }) => {
    if (type !== 'IssueTicket' || settled.has(id)) return [];
    const { service, matters = [] } = data as EvtInput<'IssueTicket'>;
    return [{ id, asked: { service, matters }, leftMs: ageMs === null ? 0 : Math.max(0, lifeMs - ageMs) }];
  });
}
