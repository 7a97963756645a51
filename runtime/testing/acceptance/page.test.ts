/**
 * The page of the real demo in a real browser: buttons pressed with the mouse, the paper that came out, the board that
 * shows it, a cable pulled. Its screenshot goes to var/screenshots; with HALLD_PICTURES=1 to docs, for the README.
 */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { type Demo, startDemo } from '../../boot/demo.ts';
import { shiftedClock } from '../../boot/demo-clock.ts';
import { machineAt } from '../../boot/journey.ts';

const program = '/usr/bin/chromium';
const missing = existsSync(program) ? undefined : `skipped: ${program} is not installed (apt-get install chromium)`;
if (missing !== undefined) console.log(`the page of the demo: ${missing}`);

const root = path.resolve(import.meta.dirname, '../../..');
const pictures = path.join(root, process.env.HALLD_PICTURES === '1' ? 'docs' : 'var/screenshots');
const testMs = 120_000;
const patienceMs = 4_000;
const mostPresses = 5;
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Far from lunch and from closing, whenever the test runs. */
const mondayMorningMs = Date.UTC(2026, 10, 23, 2, 5);

let demo: Demo;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  if (missing !== undefined) return;
  const config = await loadHall(path.join(root, 'config/halls/service-centre.yaml'));
  const clock = shiftedClock(systemClock, mondayMorningMs - systemClock.wallMs());
  demo = await startDemo({ config, clock, log: silentLog, seed: 3, http: { host: '127.0.0.1', port: 0 } });
  browser = await chromium.launch({ executablePath: program, args: switches });
  page = await browser.newPage({ locale: 'zh-CN', viewport: { width: 1680, height: 1180 } });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(demo.url ?? '');
}, testMs);

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
}, testMs);

const look = (part: string, where: { device?: string; window?: string }) =>
  machineAt(demo.machines, part, where).look();
const boardText = (window: string) =>
  (look('board', { window }) as { readonly texts: readonly string[] }).texts.join(' ');
interface PrinterLook {
  readonly papers: readonly { readonly id: string; readonly text: readonly string[]; readonly printing?: boolean }[];
}
const papersOf = (device: string) =>
  (look('printer', { device }) as PrinterLook).papers.filter(({ printing }) => printing !== true);

/** As a person would: once more where nothing came of it (the panel was locked, the window had just changed). */
async function again(what: string, press: () => unknown, so: () => boolean): Promise<void> {
  for (let times = 1; ; times++) {
    await press();
    try {
      return await demo.journey.wait(what, so, patienceMs);
    } catch (error) {
      if (times === mostPresses) throw error;
    }
  }
}

test.skipIf(missing !== undefined)(
  'a visitor presses, a paper comes, a clerk calls, the board shows it, and the page says nothing wrong',
  async () => {
    const { wait } = demo.journey;
    await wait('the kiosk is lit', () => JSON.stringify(look('panel', { device: 'k1' })).includes('"lamp":"on"'));
    await page
      .getByRole('button', { name: /新生儿出生一件事/ })
      .first()
      .click();
    await wait('the paper is out', () => papersOf('k1').length === 1);
    await page.locator('img[src*="/bench/papers/k1-printer/"]').first().waitFor({ state: 'visible' });
    const callFirst = async () => {
      for (const window of ['w1', 'w2', 'w3', 'w10'])
        machineAt(demo.machines, 'pad', { window }).act({ type: 'press', key: 'open' });
      await wait(
        'w1 is open',
        () =>
          demo
            .desk()
            ?.snapshot()
            .windows.find(({ window }) => window === 'w1')?.state === 'open',
      );
      await wait('its board says so', () => boardText('w1').includes('欢迎光临'));
      const next = page.getByRole('button', { name: /下一位/ }).first();
      await again(
        'the board shows the number',
        () => next.click(),
        () => boardText('w1').includes('N001'),
      );
      await page.getByText('N001').first().waitFor({ state: 'visible' });
    };
    const takeAll = async (device: string, keys: readonly string[]) => {
      for (const key of keys) {
        const before = papersOf(device).length;
        const press = () => machineAt(demo.machines, 'panel', { device }).act({ type: 'press', key });
        await again(`${device}: the paper of button ${key} is out`, press, () => papersOf(device).length > before);
      }
    };
    await Promise.all([callFirst(), takeAll('k1', ['2', '3']), takeAll('k2', ['4', '5', '6'])]);
    const call = (window: string) => {
      const press = () => machineAt(demo.machines, 'pad', { window }).act({ type: 'press', key: 'next' });
      return again(`${window} calls`, press, () => boardText(window).includes('请到'));
    };
    await Promise.all([call('w2'), call('w3')]);
    await page.waitForTimeout(1_000);
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: path.join(pictures, 'hall.png') });
    expect(complaints).toEqual([]);
  },
  testMs,
);

test.skipIf(missing !== undefined)(
  'an appointment’s code under the kiosk’s scanner gives a paper once, and a code of nobody is refused in words',
  async () => {
    const from = demo.desk()?.snapshot().hub.timeMs ?? 0;
    const data = { appointment: 'PAGE-7K2M', service: 'newborn', matters: [], from, to: from + 3_600_000 };
    const booked = demo.desk()?.submit('BookAppointment', data, { kind: 'desk', id: 'd1' });
    expect(await booked).toMatchObject({ ok: true });
    const scanner = page.locator('[data-kiosk="k1"] .scanner-box');
    const scan = async (code: string) => {
      await scanner.getByRole('textbox').fill(code);
      await scanner.getByRole('button').click();
    };
    const said = (text: string) => scanner.getByText(text).waitFor({ state: 'visible' });
    const before = papersOf('k1').length;
    await scan('PAGE-7K2M');
    await demo.journey.wait('the paper of the appointment is out', () => papersOf('k1').length === before + 1);
    await said('已签到');
    await scan('PAGE-7K2M');
    await said('不能受理 没有这个预约');
    await scan('???');
    await said('不是本大厅的码');
    expect(papersOf('k1').length).toBe(before + 1);
    expect(complaints).toEqual([]);
  },
  testMs,
);

test.skipIf(missing !== undefined)(
  'the hub is stopped by mouse: a paper comes out of the block, says so, and its number waits when the hub is back',
  async () => {
    const { wait } = demo.journey;
    const devices = () =>
      demo
        .desk()
        ?.snapshot()
        .nodes.flatMap((node) => node.devices) ?? [];
    const left = () => devices().find(({ device }) => device === 'k1')?.detail.blockLeft as Record<string, number>;
    await wait('the kiosk holds a block', () => (left()?.N ?? 0) > 0);
    const hub = page.locator('[data-what="hub"]');
    await hub.click();
    await wait('the hub is away', () => demo.desk() === undefined);
    const before = papersOf('k1').length;
    const button = page.locator('[data-kiosk="k1"] .service-key').first();
    await again(
      'the paper is out without a hub',
      () => button.click(),
      () => papersOf('k1').length > before,
    );
    const [paper] = papersOf('k1');
    const text = paper?.text.join(' ') ?? '';
    expect(text).toContain('网络恢复后按取号时间排队');
    const number = /N5\d{3}/.exec(text)?.[0];
    expect(number).toBeDefined();
    await page.locator(`.paper img[src*="/bench/papers/k1-printer/${paper?.id}."]`).waitFor({ state: 'visible' });
    await page
      .locator('#trouble')
      .getByText(/叫号主机离线/)
      .first()
      .waitFor({ state: 'visible' });
    await page.screenshot({ path: path.join(root, 'var/screenshots/alone.png') });
    await hub.click();
    await wait(
      'the number waits',
      () =>
        demo
          .desk()
          ?.snapshot()
          .tickets.find((ticket) => ticket.number === number)?.stage === 'waiting',
    );
    expect(complaints).toEqual([]);
  },
  testMs,
);

test.skipIf(missing !== undefined)(
  'a cable is pulled: within seconds the page names the device and what to do',
  async () => {
    machineAt(demo.machines, 'printer', { device: 'k1' }).act({ type: 'fault', fault: 'paper-out', on: true });
    machineAt(demo.machines, 'rating', { window: 'w2' }).act({ type: 'unplug' });
    const faults = () =>
      demo
        .desk()
        ?.snapshot()
        .nodes.flatMap(({ devices }) =>
          devices.flatMap(({ device, faults: all }) => all.map(({ code }) => `${device} ${code}`)),
        ) ?? [];
    await demo.journey.wait(
      'both faults are known',
      () =>
        faults().some((each) => each.startsWith('k1 paper')) && faults().some((each) => each.startsWith('w2-rating')),
    );
    await page.getByRole('tab', { name: /检修/ }).click();
    await page.getByText(/纸/).first().waitFor({ state: 'visible' });
    await page.waitForTimeout(500);
    await page.screenshot({ path: path.join(pictures, 'faults.png') });
    expect(complaints).toEqual([]);
  },
  testMs,
);
