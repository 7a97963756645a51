/** What a command does to the hall as it is, or why it does nothing. Looks and never changes. */
import type { QueueCommand } from './commands.ts';
import { refuse } from './legs/answer.ts';
import { bookAppointment, cancelAppointment, checkIn } from './legs/appointment.ts';
import { answerBalance, balanceWindows } from './legs/balance.ts';
import { leaseBlocks } from './legs/blocks.ts';
import {
  calledByHand,
  callNext,
  callNumber,
  callShown,
  miss,
  putAside,
  recall,
  returnTicket,
  transfer,
} from './legs/call.ts';
import {
  changeMatters,
  recordAssistance,
  recordComplaint,
  reprintTicket,
  settleComplaint,
  slipPrinted,
} from './legs/desk.ts';
import { configureHall, tick } from './legs/hall.ts';
import { cancelIssue, issuedFromBlock, issueTicket, voidTicket } from './legs/issue.ts';
import { ticketPrinted, ticketPrintFailed } from './legs/print.ts';
import {
  addRatingReason,
  evidence,
  rateService,
  ratingUnavailable,
  recordFollowUp,
  requestRating,
} from './legs/rating.ts';
import { noteRestored } from './legs/restored.ts';
import { complete, matterReady, start } from './legs/service.ts';
import { changeClass, freeWindow, moveTicket, setWindowRole, setWindowServices } from './legs/supervise.ts';
import { clerkLogin, clerkLogout, closeWindow, openWindow, pauseWindow, resumeWindow } from './legs/window.ts';
import type { Decision } from './queue.ts';
import type { HallState } from './state.ts';

/** Whoever runs a hall sends `Tick` first when `dueAt(state) <= command.at`; `step` does both. */
export function decide(state: HallState, command: QueueCommand): Decision {
  if (command.type === 'ConfigureHall') return configureHall(state, command);
  if (command.type === 'Tick') return tick(state, command);
  if (state.rules === null || state.day === null) return refuse('closed', 'the hall is not configured yet');
  if (command.at >= state.day.schedule.endsAt) return refuse('day-over', 'the day has ended: a Tick comes first');
  switch (command.type) {
    case 'IssueTicket':
      return issueTicket(state, command);
    case 'IssuedFromBlock':
      return issuedFromBlock(state, command);
    case 'LeaseBlocks':
      return leaseBlocks(state, command);
    case 'NoteRestored':
      return noteRestored(state, command);
    case 'CancelIssue':
      return cancelIssue(state, command);
    case 'TicketPrinted':
      return ticketPrinted(state, command);
    case 'TicketPrintFailed':
      return ticketPrintFailed(state, command);
    case 'VoidTicket':
      return voidTicket(state, command);
    case 'ReturnTicket':
      return returnTicket(state, command);
    case 'CallNext':
      return callNext(state, command);
    case 'CallNumber':
      return callNumber(state, command);
    case 'Recall':
      return recall(state, command);
    case 'Start':
      return start(state, command);
    case 'Miss':
      return miss(state, command);
    case 'Complete':
      return complete(state, command);
    case 'Hold':
    case 'Park':
      return putAside(state, command);
    case 'Transfer':
      return transfer(state, command);
    case 'OpenWindow':
      return openWindow(state, command);
    case 'CloseWindow':
      return closeWindow(state, command);
    case 'PauseWindow':
      return pauseWindow(state, command);
    case 'ResumeWindow':
      return resumeWindow(state, command);
    case 'ClerkLogin':
      return clerkLogin(state, command);
    case 'ClerkLogout':
      return clerkLogout(state, command);
    case 'CalledByHand':
      return calledByHand(state, command);
    case 'CallShown':
      return callShown(state, command);
    case 'MatterReady':
      return matterReady(state, command);
    case 'RateService':
      return rateService(state, command);
    case 'RequestRating':
      return requestRating(state, command);
    case 'AddRatingReason':
      return addRatingReason(state, command);
    case 'RatingUnavailable':
      return ratingUnavailable(state, command);
    case 'StrayRating':
    case 'PressRefused':
      return evidence(command);
    case 'RecordFollowUp':
      return recordFollowUp(state, command);
    case 'ChangeMatters':
      return changeMatters(state, command);
    case 'RecordAssistance':
      return recordAssistance(state, command);
    case 'RecordComplaint':
      return recordComplaint(state, command);
    case 'SettleComplaint':
      return settleComplaint(state, command);
    case 'ReprintTicket':
      return reprintTicket(state, command);
    case 'SlipPrinted':
      return slipPrinted(state, command);
    case 'BookAppointment':
      return bookAppointment(state, command);
    case 'CancelAppointment':
      return cancelAppointment(state, command);
    case 'CheckIn':
      return checkIn(state, command);
    case 'SetWindowRole':
      return setWindowRole(state, command);
    case 'SetWindowServices':
      return setWindowServices(state, command);
    case 'MoveTicket':
      return moveTicket(state, command);
    case 'ChangeClass':
      return changeClass(state, command);
    case 'FreeWindow':
      return freeWindow(state, command);
    case 'Balance':
      return balanceWindows(state, command);
    case 'AcceptBalance':
    case 'DeclineBalance':
      return answerBalance(state, command);
  }
}
