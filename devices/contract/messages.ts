/** Every `evt` type with its schema: the one list the hub, the nodes, the tests and the generated documents go by. */
import type { z } from 'zod';
import * as call from './call.ts';
import * as rating from './rating.ts';
import * as ticket from './ticket.ts';

export const evtSchemas = {
  IssueTicket: ticket.zIssueTicket,
  IssuedFromBlock: ticket.zIssuedFromBlock,
  LeaseBlocks: ticket.zLeaseBlocks,
  CheckIn: ticket.zCheckIn,
  ReturnTicket: ticket.zReturnTicket,
  CancelIssue: ticket.zCancelIssue,
  TicketPrinted: ticket.zTicketPrinted,
  TicketPrintFailed: ticket.zTicketPrintFailed,
  PressRefused: ticket.zPressRefused,
  CallNext: call.zCallNext,
  CallNumber: call.zCallNumber,
  Recall: call.zRecall,
  Start: call.zStart,
  Miss: call.zMiss,
  Complete: call.zComplete,
  Hold: call.zHold,
  Park: call.zPark,
  Transfer: call.zTransfer,
  OpenWindow: call.zOpenWindow,
  CloseWindow: call.zCloseWindow,
  PauseWindow: call.zPauseWindow,
  ResumeWindow: call.zResumeWindow,
  ClerkLogin: call.zClerkLogin,
  ClerkLogout: call.zClerkLogout,
  CalledByHand: call.zCalledByHand,
  CallShown: call.zCallShown,
  RateService: rating.zRateService,
  StrayRating: rating.zStrayRating,
  RatingUnavailable: rating.zRatingUnavailable,
  RequestRating: rating.zRequestRating,
  AddRatingReason: rating.zAddRatingReason,
} as const;

export type EvtType = keyof typeof evtSchemas;
/** Parsed: with its defaults. */
export type EvtData<T extends EvtType> = z.output<(typeof evtSchemas)[T]>;
export type EvtInput<T extends EvtType> = z.input<(typeof evtSchemas)[T]>;

export function isEvtType(type: string): type is EvtType {
  return Object.hasOwn(evtSchemas, type);
}
