import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intentArbitrary, runModel } from './model.ts';

test('random commands keep every promise of the queue, after every event', () => {
  fc.assert(
    fc.property(fc.array(intentArbitrary, { minLength: 60, maxLength: 180, size: 'max' }), (script) => {
      runModel(script);
    }),
    // Shrinking such long scripts takes minutes: the printed seed and `model-run.ts` do it at leisure.
    { numRuns: 40, endOnFailure: true },
  );
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
