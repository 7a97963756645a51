/** The log: levels by place, text for a technician, a defect with its stack, and no secret in it. */
import { expect, test } from 'vitest';
import { LogLevelError, LogLevels } from './log-levels.ts';
import { type LogEntry, logText } from './log-text.ts';
import { createLog } from './logger.ts';

test('levels are for all places, for a driver, or for one port, and the later one counts', () => {
  const levels = LogLevels.parse('info,escpos:debug,port/k1-printer:trace,node/n?:warn,hub:error');
  expect(levels.at({ node: 'k2', device: 'k2' })).toBe('info');
  expect(levels.at({ node: 'k2', driver: 'escpos' })).toBe('debug');
  expect(levels.at({ node: 'k1', driver: 'escpos', port: 'printer' })).toBe('trace');
  expect(levels.at({ node: 'k2', driver: 'escpos', port: 'printer' })).toBe('debug');
  expect(levels.at({ node: 'n1', driver: 'escpos' })).toBe('warn');
  expect(levels.at({ part: 'hub' })).toBe('error');
  expect(LogLevels.parse('*-pad:trace').at({ node: 'n1', device: 'w1-pad' })).toBe('trace');
  expect(LogLevels.parse('', 'warn').at({})).toBe('warn');
});

test.each(['loud', 'escpos:loud', ':debug', 'port/:debug'])('HALLD_LOG=%s is refused with what is right', (text) => {
  expect(() => LogLevels.parse(text)).toThrow(LogLevelError);
  expect(() => LogLevels.parse(text)).toThrow(/info,escpos:debug/);
});

function written(levels: string) {
  const entries: LogEntry[] = [];
  const log = createLog({ node: 'k1' }, { levels, wallMs: () => 0, write: (entry) => entries.push(entry) });
  return { entries, log };
}

test('a narrower place has its own level, and a line below it is not written', () => {
  const { entries, log } = written('warn,escpos:debug');
  log.info({}, 'not written');
  const driver = log.at({ driver: 'escpos' });
  expect([log.writes('info'), driver.writes('debug'), driver.writes('trace')]).toEqual([false, true, false]);
  driver.debug({ id: 17 }, 'confirm');
  expect(entries).toEqual([
    { atMs: 0, level: 'debug', place: { node: 'k1', driver: 'escpos' }, fields: { id: 17 }, message: 'confirm' },
  ]);
});

test('a defect is written with its stack; a PIN and a phone number are not', () => {
  const { entries, log } = written('info');
  log.defect(new TypeError('x is undefined'), 'a listener failed');
  log.info({ pin: '4711', phone: '13900000001', clerk: 'li' }, 'login');
  const [defect, login] = entries.map((entry) => logText(entry, false));
  expect(defect).toContain('a listener failed\nTypeError: x is undefined\n    at ');
  expect(login).toMatch(/^\d\d:\d\d:\d\d\.000 info {2}k1 +login {2}pin=\[hidden\] phone=\[hidden\] clerk=li$/);
});
