/** Matters, classes and places changed by people; appointments, complaints and follow-ups that are open. */
import { enterLane, leaveLane } from '../lanes.ts';
import type { HallState, Ticket } from '../state.ts';
import { followUpTimer } from '../timers.ts';
import type { EventOf } from './of.ts';
import { moveTicket } from './ticket.ts';

type DeskEvent = EventOf<
  | 'MattersChanged'
  | 'TicketClassChanged'
  | 'TicketMoved'
  | 'TicketReprinted'
  | 'AppointmentBooked'
  | 'AppointmentCancelled'
  | 'AppointmentMissed'
  | 'AppointmentKept'
  | 'ComplaintRecorded'
  | 'ComplaintSettled'
  | 'FollowUpOpened'
  | 'FollowUpRecorded'
  | 'FollowUpOverdue'
  | 'RatingSetAside'
>;

export function deskChanged(state: HallState, event: DeskEvent): void {
  switch (event.type) {
    case 'MattersChanged':
      withTicket(state, event, (ticket) => {
        ticket.matters = ticket.matters.filter((each) => !event.remove.includes(each.matter));
        for (const matter of event.add) ticket.matters.push({ matter, state: 'open', decidedAt: 0 });
      });
      return;
    case 'TicketClassChanged':
      withTicket(state, event, (ticket) => {
        ticket.class = event.class;
      });
      return;
    case 'TicketMoved':
      moveTicket(state, event);
      return;
    case 'TicketReprinted':
      withTicket(state, event, (ticket) => {
        ticket.copies = event.copy;
      });
      return;
    case 'AppointmentBooked':
      state.appointments.set(event.appointment, {
        id: event.appointment,
        day: event.day,
        service: event.service,
        matters: event.matters,
        from: event.from,
        to: event.to,
      });
      return;
    case 'AppointmentKept': {
      const ticket = state.tickets.get(event.ticket);
      if (ticket !== undefined) ticket.appointment = state.appointments.get(event.appointment) ?? null;
      state.appointments.delete(event.appointment);
      return;
    }
    case 'AppointmentCancelled':
    case 'AppointmentMissed':
      state.appointments.delete(event.appointment);
      return;
    case 'ComplaintRecorded':
      state.complaints.set(event.complaint, event.dueAt);
      return;
    case 'ComplaintSettled':
      state.complaints.delete(event.complaint);
      return;
    case 'FollowUpOpened': {
      const followUp = { serving: event.serving, dueAt: event.dueAt, overdue: false };
      state.followUps.set(event.serving, followUp);
      state.timers.insert(followUpTimer(followUp));
      return;
    }
    case 'FollowUpOverdue': {
      const followUp = state.followUps.get(event.serving);
      if (followUp === undefined) return;
      state.timers.remove(followUpTimer(followUp));
      followUp.overdue = true;
      return;
    }
    case 'FollowUpRecorded':
    case 'RatingSetAside': {
      const followUp = state.followUps.get(event.serving);
      if (followUp === undefined || (event.type === 'FollowUpRecorded' && event.step !== 'settled')) return;
      state.timers.remove(followUpTimer(followUp));
      state.followUps.delete(event.serving);
      return;
    }
  }
}

/** A waiting ticket may stand in another lane after the change, at the same age. */
function withTicket(
  state: HallState,
  event: { readonly ticket: Ticket['id'] },
  change: (ticket: Ticket) => void,
): void {
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  const waits = ticket.lane !== null;
  leaveLane(state, ticket);
  change(ticket);
  if (waits) enterLane(state, ticket);
}
