/** One event changes the hall. No decisions here: whatever is in the journal happened. */

import { balanceChanged } from './changes/balance.ts';
import { blockLeased, numbersSeen } from './changes/blocks.ts';
import { deskChanged } from './changes/desk.ts';
import { calendarChanged, dayClosed, dayOpened, hallConfigured } from './changes/hall.ts';
import {
  matterDecided,
  ratingNotGiven,
  ratingRequested,
  serviceCompleted,
  serviceRated,
  serviceStarted,
} from './changes/service.ts';
import {
  certificateReady,
  issueCancelled,
  leaveHall,
  moveTicket,
  ticketIssued,
  ticketPrinted,
  ticketPrintFailed,
  ticketReturned,
} from './changes/ticket.ts';
import { boardShowed, changeWindow, putAside, ticketCalled } from './changes/window.ts';
import type { QueueEvent } from './events.ts';
import type { HallState } from './state.ts';

/** Changes `state` and returns it. */
export function evolve(state: HallState, event: QueueEvent): HallState {
  switch (event.type) {
    case 'HallConfigured':
      hallConfigured(state, event);
      break;
    case 'DayOpened':
      dayOpened(state, event);
      break;
    case 'DayRescheduled':
      calendarChanged(state, event);
      break;
    case 'DayClosed':
      dayClosed(state, event);
      break;
    case 'TicketIssued':
      ticketIssued(state, event);
      break;
    case 'HallRestored':
      state.leasesBarredUntil = event.barredUntil;
      break;
    case 'NumbersSeen':
      numbersSeen(state, event);
      break;
    case 'BlockLeased':
      blockLeased(state, event);
      break;
    case 'IssueCancelled':
      issueCancelled(state, event);
      break;
    case 'TicketPrinted':
      ticketPrinted(state, event);
      break;
    case 'TicketPrintFailed':
      ticketPrintFailed(state, event);
      break;
    case 'TicketVoided':
    case 'TicketClosed':
      leaveHall(state, event);
      break;
    case 'TicketReturned':
      ticketReturned(state, event);
      break;
    case 'TicketTransferred':
      moveTicket(state, event);
      break;
    case 'CertificateReady':
      certificateReady(state, event);
      break;
    case 'TicketCalled':
      ticketCalled(state, event);
      break;
    case 'TicketMissed':
    case 'TicketHeld':
    case 'TicketParked':
      putAside(state, event);
      break;
    case 'CallShown':
      boardShowed(state, event);
      break;
    case 'ServiceStarted':
      serviceStarted(state, event);
      break;
    case 'ServiceCompleted':
      serviceCompleted(state, event);
      break;
    case 'MatterDecided':
      matterDecided(state, event);
      break;
    case 'ServiceRated':
      serviceRated(state, event);
      break;
    case 'RatingNotGiven':
      ratingNotGiven(state, event);
      break;
    case 'RatingRequested':
      ratingRequested(state, event);
      break;
    case 'RatingReasonGiven':
      state.ratings.get(event.serving)?.reasons.push(event.reason);
      break;
    case 'WindowOpened':
    case 'WindowClosed':
    case 'WindowPaused':
    case 'WindowResumed':
    case 'WindowRoleChanged':
    case 'WindowServesChanged':
    case 'ClerkLoggedIn':
    case 'ClerkLoggedOut':
      changeWindow(state, event);
      break;
    case 'BalanceProposed':
    case 'BalanceWithdrawn':
      balanceChanged(state, event);
      break;
    case 'MattersChanged':
    case 'TicketClassChanged':
    case 'TicketMoved':
    case 'TicketReprinted':
    case 'AppointmentBooked':
    case 'AppointmentCancelled':
    case 'AppointmentMissed':
    case 'AppointmentKept':
    case 'ComplaintRecorded':
    case 'ComplaintSettled':
    case 'FollowUpOpened':
    case 'FollowUpRecorded':
    case 'FollowUpOverdue':
    case 'RatingSetAside':
      deskChanged(state, event);
      break;
    case 'AssistanceGiven':
    case 'AcceptanceSlipGiven':
    case 'WindowFreed':
    case 'CalledByHand':
    case 'StrayRating':
    case 'PressRefused':
    case 'CommandRefused':
      break;
  }
  return state;
}
