/** Whether numbers are given: opening times, lead, last ticket, quota. */
import type { Instant, ServiceId } from '../../devices/contract/terms.ts';
import type { Refusal } from './queue.ts';
import type { HallState } from './state.ts';

/** Why no number is given for this service at this time; `undefined` when one is. */
export function issuingRefusal(state: HallState, serviceId: ServiceId, pressedAt: Instant): Refusal | undefined {
  const service = state.index.services.get(serviceId);
  if (service === undefined) return { code: 'unknown-service', message: `there is no service "${serviceId}"` };
  const { day } = state;
  if (day === null) return { code: 'closed', message: 'the hall is not configured yet' };
  const { ticketsFrom, ticketsUntil, spans } = day.schedule;
  if (spans.length === 0) return { code: 'closed', message: 'closed today' };
  if (pressedAt < ticketsFrom) return { code: 'not-yet-open', message: 'numbers are not given yet' };
  if (pressedAt >= ticketsUntil) return { code: 'closed', message: 'no more numbers today' };
  if (service.dailyQuota !== null && (day.issued.get(serviceId) ?? 0) >= service.dailyQuota) {
    return { code: 'quota-reached', message: "today's numbers for this service are used up" };
  }
  return undefined;
}

/** Who has an appointment and comes in its time was promised a number: neither a quota nor the last number of the day is for them. */
export function bookedRefusal(state: HallState, serviceId: ServiceId, at: Instant): Refusal | undefined {
  if (!state.index.services.has(serviceId)) {
    return { code: 'unknown-service', message: `there is no service "${serviceId}"` };
  }
  const closesAt = state.day?.schedule.spans.at(-1)?.to;
  return closesAt === undefined || at >= closesAt ? { code: 'closed', message: 'the windows are closed' } : undefined;
}
