import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intentArbitrary, runModel } from '../../bench/queue/model.ts';
import type { QueueCommandType } from '../../queue/commands.ts';

test('random commands keep every promise of the queue, after every event', () => {
  fc.assert(
    fc.property(fc.array(intentArbitrary, { minLength: 60, maxLength: 180, size: 'max' }), (script) => {
      runModel(script);
    }),
    // Shrinking such long scripts takes minutes: the printed seed and `model-run.ts` do it at leisure.
    { numRuns: 40, endOnFailure: true },
  );
});

/** Every command there is: a new one does not compile here until the generator is meant to make it. */
const everyCommand: Readonly<Record<QueueCommandType, true>> = {
  AcceptBalance: true,
  AddRatingReason: true,
  Balance: true,
  BookAppointment: true,
  CallNext: true,
  CallNumber: true,
  CallShown: true,
  CalledByHand: true,
  CancelAppointment: true,
  CancelIssue: true,
  ChangeClass: true,
  ChangeMatters: true,
  CheckIn: true,
  ClerkLogin: true,
  ClerkLogout: true,
  CloseWindow: true,
  Complete: true,
  ConfigureHall: true,
  DeclineBalance: true,
  DoubtClock: true,
  FreeWindow: true,
  HealHall: true,
  Hold: true,
  IssueTicket: true,
  IssuedFromBlock: true,
  LeaseBlocks: true,
  MatterReady: true,
  Miss: true,
  MoveTicket: true,
  NoteRestored: true,
  OpenWindow: true,
  OrderPaper: true,
  Park: true,
  PauseWindow: true,
  PressRefused: true,
  RateService: true,
  RatingUnavailable: true,
  Recall: true,
  RecordAssistance: true,
  RecordComplaint: true,
  RecordFollowUp: true,
  ReprintTicket: true,
  RequestRating: true,
  ResumeWindow: true,
  ReturnTicket: true,
  SetWindowRole: true,
  SetWindowServices: true,
  SettleComplaint: true,
  SlipPrinted: true,
  Start: true,
  StepClock: true,
  StrayRating: true,
  Tick: true,
  TicketPrintFailed: true,
  TicketPrinted: true,
  Transfer: true,
  TrustClock: true,
  VoidTicket: true,
};

test('the generator gives every command, and each is accepted at times', () => {
  const { types } = runModel(fc.sample(intentArbitrary, { numRuns: 16_000, seed: 11 }), false);
  expect(Object.keys(types).toSorted()).toEqual(Object.keys(everyCommand).toSorted());
  for (const [type, { accepted }] of Object.entries(types)) expect(accepted, type).toBeGreaterThan(0);
});

test('the generator reaches every kind of event', () => {
  const script = fc.sample(intentArbitrary, { numRuns: 6000, seed: 7 });
  const { events, commands, accepted } = runModel(script, false);
  expect(accepted / commands).toBeGreaterThan(0.3);
  const seldom = ['HallConfigured', 'DayOpened', 'DayClosed', 'CertificateReady', 'TicketMissed', 'TicketReturned'];
  for (const type of [...seldom, 'TicketHeld', 'CalledByHand', 'ServiceRated', 'StrayRating', 'CommandRefused']) {
    expect(events[type] ?? 0, type).toBeGreaterThan(0);
  }
});
