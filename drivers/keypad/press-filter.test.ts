import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PadInput } from './pad-input.ts';
import { type FilterOutput, PressFilter, type PressTiming } from './press-filter.ts';

const timing: PressTiming = {
  debounceMs: 30,
  settleMs: 0,
  stuckMs: 10_000,
  repeatMs: 80,
  rollover: false,
  holds: new Map(),
};

type Step = readonly [number, PadInput];

/** Runs steps at their times, with the timers that the filter asks for in between, then lets everything settle. */
function run(steps: readonly Step[], change: Partial<PressTiming> = {}, afterMs = 60_000): FilterOutput[] {
  const filter = new PressFilter({ ...timing, ...change });
  const out: FilterOutput[] = [];
  const settleUntil = (untilMs: number) => {
    for (let dueMs = filter.dueMs; dueMs !== undefined && dueMs <= untilMs; dueMs = filter.dueMs) {
      out.push(...filter.settle(dueMs));
      if (filter.dueMs !== undefined && filter.dueMs <= dueMs) throw new Error('a timer that never ends');
    }
  };
  for (const [atMs, input] of steps) {
    settleUntil(atMs);
    out.push(...filter.take(input, atMs));
  }
  settleUntil((steps.at(-1)?.[0] ?? 0) + afterMs);
  return out;
}

const down = (key: string): PadInput => ({ kind: 'edge', key, down: true });
const up = (key: string): PadInput => ({ kind: 'edge', key, down: false });
const tap = (key: string, count?: number): PadInput => ({
  kind: 'tap',
  key,
  ...(count === undefined ? {} : { count }),
});
const held = (keys: string[], answer = false): PadInput => ({ kind: 'held', keys, answer });

function tell(out: readonly FilterOutput[]): string[] {
  return out.map((each) => {
    if (each.kind === 'press') return `${each.key}@${each.atMs}${each.heldMs > 0 ? ` held ${each.heldMs}` : ''}`;
    if (each.kind === 'rejected') return `${each.key}: ${each.reason}`;
    return `${each.key} stuck ${each.on}`;
  });
}

describe('what is a press', () => {
  test('the first edge counts, bounces at both ends are chatter', () => {
    const steps: Step[] = [
      [0, down('1')],
      [2, up('1')],
      [4, down('1')],
      [100, up('1')],
      [103, down('1')],
      [106, up('1')],
      [200, down('1')],
      [280, up('1')],
    ];
    expect(tell(run(steps))).toEqual(['1@0', '1: chatter', '1: chatter', '1@200']);
  });

  test('down again without an up is a repeat; after a second it is a press whose up was lost', () => {
    expect(
      tell(
        run(
          [
            [0, down('1')],
            [500, down('1')],
            [2000, down('1')],
          ],
          {},
          1000,
        ),
      ),
    ).toEqual(['1@0', '1: repeat', '1@2000']);
  });

  test('beside a key that is down a press is refused, with rollover it counts', () => {
    const steps: Step[] = [
      [0, down('1')],
      [50, down('2')],
      [60, up('1')],
      [120, up('2')],
    ];
    expect(tell(run(steps))).toEqual(['1@0', '2: two-keys']);
    expect(tell(run(steps, { rollover: true }))).toEqual(['1@0', '2@50']);
  });

  test('two in one report are no press, whoever types', () => {
    const steps: Step[] = [
      [0, held(['2', '3'])],
      [80, held(['2'])],
      [160, held([])],
    ];
    expect(tell(run(steps))).toEqual(['2: two-keys', '3: two-keys']);
    expect(tell(run(steps, { rollover: true }))).toEqual(['2: two-keys', '3: two-keys']);
  });

  test('a press waits for a second key, and keeps the time of its edge', () => {
    expect(tell(run([[5, tap('1')]], { settleMs: 30 }))).toEqual(['1@5']);
    expect(
      tell(
        run(
          [
            [0, tap('1')],
            [20, tap('2')],
            [40, tap('3')],
          ],
          { settleMs: 30 },
        ),
      ),
    ).toEqual(['1: two-keys', '2: two-keys', '3: two-keys']);
  });

  test('what was held when we asked is no press, its release and next press are ordinary', () => {
    const steps: Step[] = [
      [0, held(['4'], true)],
      [500, held([])],
      [900, held(['4'])],
    ];
    expect(tell(run(steps, {}, 1000))).toEqual(['4: held-at-start', '4@900']);
  });

  test('stuck: named after ten seconds, no hindrance to others, mistrusted for a second', () => {
    const steps: Step[] = [
      [0, down('1')],
      [11_000, down('2')],
      [11_050, up('2')],
      [12_000, up('1')],
      [12_500, down('1')],
      [12_600, up('1')],
      [14_000, down('1')],
      [14_080, up('1')],
    ];
    expect(tell(run(steps))).toEqual(['1@0', '1 stuck true', '2@11000', '1 stuck false', '1: stuck', '1@14000']);
  });

  test('a pad without release that never stops saying a key has it stuck', () => {
    const steps: Step[] = Array.from({ length: 120 }, (_, at) => [at * 100, tap('1')] as const);
    const told = tell(run(steps, { repeatMs: 150 }));
    expect(told.filter((each) => each === '1@0')).toHaveLength(1);
    expect(told.filter((each) => each.includes('@'))).toHaveLength(1);
    expect(told).toContain('1 stuck true');
    expect(told.at(-1)).toBe('1 stuck false');
  });

  test('a long hold is decided when its time is reached, a short one at release', () => {
    const holds = { holds: new Map([['clear', { ms: 1000, key: 'log-out' }]]) };
    expect(
      tell(
        run(
          [
            [0, down('clear')],
            [200, up('clear')],
          ],
          holds,
        ),
      ),
    ).toEqual(['clear@0']);
    expect(
      tell(
        run(
          [
            [0, down('clear')],
            [1500, up('clear')],
          ],
          holds,
        ),
      ),
    ).toEqual(['log-out@0 held 1000']);
  });

  test('the line says it again: by time, or by the count of the pad however late', () => {
    expect(
      tell(
        run([
          [0, tap('1')],
          [70, tap('1')],
          [140, tap('1')],
          [300, tap('1')],
        ]),
      ),
    ).toEqual(['1@0', '1: repeat', '1: repeat', '1@300']);
    expect(
      tell(
        run([
          [0, tap('1', 7)],
          [5000, tap('1', 7)],
          [5010, tap('1', 8)],
        ]),
      ),
    ).toEqual(['1@0', '1: repeat', '1@5010']);
  });

  test('the pad goes away: what was pressed stands, what was being held is dropped and counted', () => {
    const filter = new PressFilter({
      ...timing,
      settleMs: 30,
      holds: new Map([['clear', { ms: 1000, key: 'log-out' }]]),
    });
    filter.take(down('clear'), 0);
    filter.settle(40);
    expect(tell(filter.lost(60))).toEqual(['clear: pad-lost']);
    filter.take(tap('2'), 100);
    expect(tell(filter.lost(110))).toEqual(['2@100']);
    expect(filter.downKeys).toEqual([]);
  });
});

describe('a pad that tells presses only comes back', () => {
  test('the next key counts at once; the same key within its window is still the same press, and is counted', () => {
    const filter = new PressFilter({ ...timing, repeatMs: 300 });
    expect(tell(filter.take(tap('3'), 0))).toEqual(['3@0']);
    filter.lost(100);
    expect(tell(filter.take(tap('3'), 250))).toEqual(['3: repeat']);
    expect(tell(filter.take(tap('4'), 251))).toEqual(['4@251']);
    expect(tell(filter.take(tap('3'), 560))).toEqual(['3@560']);
  });
});

const someKey = fc.constantFrom('1', '2', '3', '4');
const anyTiming = fc.record({
  debounceMs: fc.constantFrom(0, 10, 30),
  settleMs: fc.constantFrom(0, 30),
  rollover: fc.boolean(),
});

describe('presses out = presses in, or a counted rejection', () => {
  test('edges in any order and at any times', () => {
    const step = fc.record({ gapMs: fc.nat(400), key: someKey, down: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), anyTiming, (raw, change) => {
        let atMs = 0;
        const steps = raw.map(({ gapMs, key, down: isDown }): Step => {
          atMs += gapMs;
          return [atMs, { kind: 'edge', key, down: isDown }];
        });
        const out = run(steps, change);
        const ins = raw.filter((each) => each.down).length;
        expect(out.filter(({ kind }) => kind === 'press' || kind === 'rejected')).toHaveLength(ins);
      }),
    );
  });

  test('taps in any order and at any times', () => {
    const step = fc.record({ gapMs: fc.nat(400), key: someKey });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), anyTiming, (raw, change) => {
        let atMs = 0;
        const steps = raw.map(({ gapMs, key }): Step => {
          atMs += gapMs;
          return [atMs, tap(key)];
        });
        const out = run(steps, change);
        expect(out.filter(({ kind }) => kind === 'press' || kind === 'rejected')).toHaveLength(raw.length);
      }),
    );
  });

  test('whole states: every key that is new in one is one press or one rejection', () => {
    const step = fc.record({ gapMs: fc.nat(400), keys: fc.uniqueArray(someKey) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), anyTiming, (raw, change) => {
        let atMs = 0;
        let ins = 0;
        let before: readonly string[] = [];
        const steps = raw.map(({ gapMs, keys }): Step => {
          atMs += gapMs;
          ins += keys.filter((key) => !before.includes(key)).length;
          before = keys;
          return [atMs, held(keys)];
        });
        const out = run(steps, change);
        expect(out.filter(({ kind }) => kind === 'press' || kind === 'rejected')).toHaveLength(ins);
      }),
    );
  });

  test('fingers with worn contacts: as many presses as fingers, whatever the contacts do', () => {
    const finger = fc.record({
      key: someKey,
      gapMs: fc.integer({ min: 100, max: 500 }),
      staysMs: fc.integer({ min: 60, max: 300 }),
      bounces: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(finger, { maxLength: 20 }), (fingers) => {
        let atMs = 0;
        const steps: Step[] = [];
        for (const { key, gapMs, staysMs, bounces } of fingers) {
          atMs += gapMs;
          steps.push([atMs, down(key)]);
          let bounceMs = atMs;
          for (const [index, by] of bounces.entries()) {
            bounceMs += by;
            steps.push([bounceMs, index % 2 === 0 ? up(key) : down(key)]);
          }
          if (bounces.length % 2 === 1) steps.push([bounceMs + 1, down(key)]);
          atMs += staysMs;
          steps.push([atMs, up(key)]);
          steps.push([atMs + 2, down(key)], [atMs + 4, up(key)]);
          atMs += 4;
        }
        const presses = run(steps).flatMap((each) => (each.kind === 'press' ? [each.key] : []));
        expect(presses).toEqual(fingers.map(({ key }) => key));
      }),
    );
  });
});
