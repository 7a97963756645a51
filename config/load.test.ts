import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadHall } from './load.ts';

describe('the halls that halld brings load clean', () => {
  test('service centre', async () => {
    const { file, rules, dataFolder } = await loadHall('config/halls/service-centre.yaml');
    expect(file.services.length).toBeGreaterThanOrEqual(8);
    expect(file.matters.length).toBeGreaterThanOrEqual(40);
    expect(rules.windows.filter((window) => window.role === 'intake' && window.serves === 'all')).toHaveLength(9);
    expect(rules.windows.filter((window) => window.role === 'certificate')).toHaveLength(2);
    expect(rules.windows.filter((window) => window.role === 'desk')).toHaveLength(1);
    const devices = file.nodes.flatMap((node) => node.devices);
    const count = (role: string) => devices.filter((device) => device.role === role).length;
    expect({
      kiosks: count('ticket-kiosk'),
      boards: count('window-board'),
      pads: count('call-pad'),
      ratings: count('rating-keypad'),
      hall: count('hall-board'),
    }).toEqual({ kiosks: 2, boards: 12, pads: 12, ratings: 12, hall: 1 });
    for (const device of devices)
      if (device.role === 'ticket-kiosk') expect(Object.keys(device.buttons)).toHaveLength(8);
    // Every service can be asked for by pressing something.
    const pressed = devices.flatMap((device) => (device.role === 'ticket-kiosk' ? Object.values(device.buttons) : []));
    expect(file.services.map((service) => service.id).filter((id) => !pressed.includes(id))).toEqual([]);
    expect(dataFolder).toBe(`${process.cwd()}/var`);
  });

  test('small', async () => {
    const { rules, file } = await loadHall('config/halls/small.yaml');
    expect(rules.services).toHaveLength(2);
    expect(file.nodes.map((node) => node.id)).toEqual(['k1', 'n1']);
  });
});

test('the rules are the file in the queue’s units', async () => {
  const { rules } = await loadHall('config/halls/service-centre.yaml');
  expect(rules.timeZone).toBe('Asia/Shanghai');
  expect(rules.calendar.week).toHaveLength(7);
  expect(rules.calendar.week[0]).toEqual([
    { from: 540, to: 720 },
    { from: 810, to: 1020 },
  ]);
  expect(rules.calendar.week[5]).toEqual([{ from: 540, to: 720 }]);
  expect(rules.calendar.week[6]).toEqual([]);
  expect(rules.calendar.exceptions['2026-10-01']).toEqual([]);
  expect(rules.calendar.ticketingLeadMs).toBe(1_800_000);
  expect(rules.calendar.lastTicketBeforeCloseMs).toBe(600_000);
  expect(rules.matters.find((matter) => matter.id === 'household-move-in')).toMatchObject({
    standardMs: 1_080_000,
    decided: 'back-office',
  });
  expect(rules.services.find((service) => service.id === 'traffic')?.dailyQuota).toBe(200);
  expect(rules.services[0]?.dailyQuota).toBeNull();
  expect(rules.calling).toEqual({
    policy: { kind: 'accumulating', ratesPerMinute: { ordinary: 1, priority: 2, appointment: 1.5, returning: 3 } },
    recallLimit: 3,
    recallPauseMs: 5000,
    minCallsBeforeMiss: 1,
    minMsBeforeMiss: 10_000,
    returnWithinMs: 7_200_000,
    commandLifeMs: 10_000,
    certificateWhen: 'all',
  });
  expect(rules.rating).toEqual({ timeoutMs: 30_000, followUpLevel: 2, followUpWorkingDays: 5 });
  expect(rules.clerks[0]).toEqual({ id: 'c01', name: '王秀兰', matters: 'all', pinHash: null, supervisor: false });
  // The journal keeps rules as JSON: nothing in them may be lost there.
  expect(JSON.parse(JSON.stringify(rules))).toEqual(rules);
});

test('radio buttons of several windows share a receiver by their own codes, and none is learnt twice', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'halld-radio-'));
  const text = readFileSync('config/halls/small.yaml', 'utf8');
  const radio = (from: string, codes: string) => (hall: string) =>
    hall.replace(
      `profile: call-pad-21, port: ${from}`,
      `profile: radio-button-4, port: w1-pad, options: { codes: ${codes} }`,
    );
  const load = async (second: string) => {
    const file = path.join(folder, 'hall.yaml');
    writeFileSync(file, radio('w2-pad', second)(radio('w1-pad', '{ next: "5A 3C 18", start: "5A 3C 14" }')(text)));
    return loadHall(file).then(
      () => 'loaded',
      (error: Error) => error.message,
    );
  };
  try {
    expect(await load('{ next: "5A 3D 18" }')).toBe('loaded');
    expect(await load('{ recall: "5a3c18" }')).toContain('the code 5A3C18 belongs to "w1-pad" (next) already');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
