import { expect, test } from 'vitest';
import { seededRandom } from '../../drivers/random.ts';
import { testHall } from '../queue/test-hall.kit.ts';
import { readArrivals, visitorsFrom } from './arrivals-file.ts';
import { usualBehaviour } from './plan.ts';

const day = '2026-11-23';
const visitors = (csv: string, on = day) =>
  visitorsFrom(readArrivals(csv, testHall), testHall, on, usualBehaviour, seededRandom(1));
const clock = (at: number) => new Date(at).toISOString().slice(11, 19);

test('what a line says is so, what it does not say is drawn', () => {
  const [first, second] = visitors(
    '\uFEFFtime,service,class,service_min,no_show\r\n09:05,social,priority,4,yes\r\n# a remark\r\n\r\n08:45:30,company,,\r\n',
  );
  expect([clock(first?.at ?? 0), first?.service]).toEqual(['00:45:30', 'company']);
  expect(second).toMatchObject({ service: 'social', class: 'priority', serviceMs: 240_000, noShow: true });
  expect(clock(second?.at ?? 0)).toBe('01:05:00');
});

test('dates: each day has its own people', () => {
  const csv = 'date,time,service\n2026-11-23,09:00,social\n2026-11-24,10:00,housing\n';
  expect(visitors(csv).map(({ service }) => service)).toEqual(['social']);
  expect(visitors(csv, '2026-11-24').map(({ service }) => service)).toEqual(['housing']);
  expect(visitors(csv, '2026-11-25')).toEqual([]);
});

test('cells in quotes, with commas, quotes and line ends in them', () => {
  const [first, ...others] = visitors('"time","service","matters"\r\n"09:05","social","pension\r\ncard"\r\n');
  expect(first).toMatchObject({ service: 'social', matters: ['pension', 'card'] });
  expect(others).toEqual([]);
});

test('a list without dates brings nobody on a day on which no window opens', () => {
  expect(visitors('time,service\n09:00,social\n', '2026-11-27')).toEqual([]);
  expect(visitors('date,time,service\n2026-11-27,09:00,social\n', '2026-11-27')).toHaveLength(1);
});

test('a booked time makes an appointment of it', () => {
  const [visitor] = visitors('time,service,booked\n09:52,social,10:00\n');
  expect(visitor?.class).toBe('appointment');
  expect(clock(visitor?.booked?.from ?? 0)).toBe('02:00:00');
  expect(clock(visitor?.at ?? 0)).toBe('01:52:00');
});

test.each([
  ['time,service\n09:00,nothing\n', 'line 2: there is no service "nothing" in this hall'],
  ['time\n09:00\n', 'line 1: the header has no column "service"'],
  ['time,service,klass\n', 'line 1: there is no column "klass": a list has date, time, service'],
  ['time,time,service\n', 'line 1: the column "time" is there twice'],
  ['time,service\nnine,social\n', 'line 2: a time is written 09:12, not "nine"'],
  ['time,service\n09:00,social\n24:10,social\n', 'line 3: a time is written 09:12, not "24:10"'],
  ['time,service,class\n09:00,social,vip\n', 'line 2: a class is one of'],
  ['time,service,matters\n09:00,social,pension dog-licence\n', 'line 2: there is no matter "dog-licence"'],
  ['time,service,service_min\n09:00,social,-3\n', 'line 2: service_min is a number of minutes, not "-3"'],
  ['time,service\n09:00,social,pension,card\n', 'line 2: 4 cells, and the header has 2'],
  ['date,time,service\n23.11.2026,09:00,social\n', 'line 2: a date is written 2026-11-23'],
  ['date,time,service\n2026-02-30,09:00,social\n', 'line 2: a date is written 2026-11-23 and exists, not "2026-02-30"'],
  ['time,service\n"09:00,social\n', 'line 2: Quote Not Closed'],
  ['time,service\n09:0"0,social\n', 'line 2: Invalid Opening Quote'],
  ['time,service,matters\n09:00,social,"pension\ncat-licence"\n', 'line 3: there is no matter "cat-licence"'],
  ['time,service,no_show\n09:00,social,maybe\n', 'line 2: no_show is yes or no'],
  ['time,service\n', 'line 2: nobody arrives'],
])('a wrong list is refused with its line: %j', (csv, message) => {
  expect(() => readArrivals(csv, testHall)).toThrow(message);
});
