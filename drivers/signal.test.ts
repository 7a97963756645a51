import { expect, test } from 'vitest';
import { RecordingLog } from './recording-log.kit.ts';
import { Signal, StateSignal } from './signal.ts';

test('calls each listener in order, until it is taken back', () => {
  const signal = new Signal<number>(new RecordingLog());
  const heard: string[] = [];
  const undo = signal.on((value) => heard.push(`a${value}`));
  signal.on((value) => heard.push(`b${value}`));
  signal.emit(1);
  undo();
  signal.emit(2);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});

test('what a listener throws is a defect of its owner, with its stack, and the others are still called', () => {
  const [mine, theirs] = [new RecordingLog(), new RecordingLog()];
  const signal = new Signal<number>(mine);
  const heard: number[] = [];
  signal.on(() => {
    throw new TypeError('no property of undefined');
  }, theirs);
  signal.on((value) => heard.push(value));
  signal.emit(7);
  expect(heard).toEqual([7]);
  expect(theirs.defects).toEqual(['no property of undefined']);
  expect((theirs.lines[0]?.fields.error as Error | undefined)?.stack).toContain('signal.test.ts');
  expect(mine.lines).toEqual([]);
});

test('a listener that another took away in the same round is not called; one that was added waits for the next', () => {
  const signal = new Signal<void>(new RecordingLog());
  const heard: string[] = [];
  let undo = () => {};
  signal.on(() => {
    undo();
    signal.on(() => heard.push('added'));
  });
  undo = signal.on(() => heard.push('removed'));
  signal.emit();
  expect(heard).toEqual([]);
  signal.emit();
  expect(heard).toEqual(['added']);
});

test('a round ends when what was emitted holds no longer', () => {
  const signal = new Signal<void>(new RecordingLog());
  let open = true;
  const heard: string[] = [];
  signal.on(() => {
    open = false;
  });
  signal.on(() => heard.push('late'));
  signal.emit(undefined, () => open);
  expect(heard).toEqual([]);
});

test('a state signal calls at once with the present state, and answers for that call too', () => {
  const log = new RecordingLog();
  let present: string | undefined;
  const signal = new StateSignal<string>(log, () => present);
  const got: string[] = [];
  signal.on((value) => got.push(value));
  present = 'open';
  signal.on((value) => got.push(`late ${value}`));
  signal.on(() => {
    throw new Error('at once');
  });
  signal.emit('closed');
  expect(got).toEqual(['late open', 'closed', 'late closed']);
  expect(log.defects).toEqual(['at once', 'at once']);
});
