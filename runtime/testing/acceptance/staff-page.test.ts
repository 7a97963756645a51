/**
 * People at work in the real demo, in a real browser: the desk gives a number that a kiosk prints, takes down a complaint and a
 * telephone number, a supervisor answers and changes a window. Then every byte the hall wrote or said is searched for them.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadHall } from '../../../config/load.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { type Log, silentLog } from '../../../drivers/log.ts';
import { type Demo, startDemo } from '../../boot/demo.ts';
import { shiftedClock } from '../../boot/demo-clock.ts';
import { machineAt } from '../../boot/journey.ts';

const program = '/usr/bin/chromium';
const missing = existsSync(program) ? undefined : `skipped: ${program} is not installed (apt-get install chromium)`;
if (missing !== undefined) console.log(`people at work: ${missing}`);

const root = path.resolve(import.meta.dirname, '../../..');
const pictures = path.join(root, process.env.HALLD_PICTURES === '1' ? 'docs' : 'var/screenshots');
const mondayMs = Date.UTC(2026, 10, 23, 2, 5);
const testMs = 120_000;
const patienceMs = 15_000;
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
];
const phone = '13900000001';
const words = '叫号屏被柱子挡住了，请调整';
const answer = '已于当日调整显示屏位置';

const dataFolder = mkdtempSync(path.join(os.tmpdir(), 'halld-staff-'));
const said: string[] = [];
const logged: string[] = [];
const complaints: string[] = [];
let demo: Demo;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (missing !== undefined) return;
  const config = await loadHall(path.join(root, 'config/halls/service-centre.yaml'));
  // A Monday morning, whenever the test runs: the next half hour lies in the opening hours.
  const clock = shiftedClock(systemClock, mondayMs - systemClock.wallMs());
  const write = (fields: object, message: string) => logged.push(JSON.stringify({ ...fields, message }));
  const log: Log = { ...silentLog, info: write, warn: write, error: write };
  const published = (topic: string, payload: Uint8Array) =>
    said.push(`${topic} ${Buffer.from(payload).toString('utf8')}`);
  demo = await startDemo({ config, clock, log, seed: 11, dataFolder, published, http: { host: '127.0.0.1', port: 0 } });
  browser = await chromium.launch({ executablePath: program, args: switches });
  page = await browser.newPage({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(patienceMs);
  page.on('console', (message) => {
    // The browser's own word for an ask that was refused: two of them are, on purpose.
    const refused = /status of (400|409)/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !refused) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
}, testMs);

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
  rmSync(dataFolder, { recursive: true, force: true });
}, testMs);

const seen = (selector: string, text: string) => page.waitForSelector(`${selector}:has-text("${text}")`);
const open = async (view: string) => {
  await page.goto('about:blank');
  await page.goto(`${demo.url}console#${view}`);
};
const papers = (kiosk: string) =>
  (
    machineAt(demo.machines, 'printer', { device: kiosk }).look() as {
      readonly papers: readonly { readonly text: readonly string[]; readonly printing?: boolean }[];
    }
  ).papers
    .filter(({ printing }) => printing !== true)
    .map(({ text }) => text.join('\n'));
const ticket = (number: string) =>
  demo
    .desk()
    ?.snapshot()
    .tickets.find((each) => each.number === number);

test.skipIf(missing !== undefined)(
  'the desk gives one number for three matters; the chosen kiosk prints it, and once more as a copy',
  async () => {
    await open('desk');
    for (const matter of ['出生登记', '二手房转移登记', '契税']) {
      await page.fill('#place-desk-issue input[type="search"]', matter);
      await page.locator('.matter-list input').first().check();
    }
    await seen('.basket', '已选 3 项');
    const documents = await page.locator('.basket .documents li').allTextContents();
    expect(new Set(documents).size).toBe(documents.length);
    await page.waitForSelector('.desk-foot option[value="k2/k2"]:not([disabled])', { state: 'attached' });
    await page.selectOption('.desk-foot select >> nth=1', 'k2/k2');
    await page.fill('input[type="tel"]', '139 0000 0001');
    await page.keyboard.press('Control+Enter');
    await seen('.paper-line', '已出票');
    const number = (await page.textContent('.slip-number')) ?? '';
    expect(papers('k2')).toHaveLength(1);
    expect(papers('k2')[0]).toContain(number);
    for (const document of documents)
      expect(papers('k2')[0]?.replaceAll('\n', '')).toContain(document.split(' ')[0] ?? '');
    await demo.journey.wait('it may be called', () => ticket(number)?.stage === 'waiting');
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: path.join(pictures, 'desk.png') });

    await page.click('#tab-desk-ticket');
    await page.click(`[data-ticket="${number}"] summary`);
    await page.click(`[data-ticket="${number}"] [data-act="reprint"]`);
    await page.selectOption('dialog select', 'k2/k2');
    await page.click('dialog .quick button');
    await page.click('dialog .primary');
    await seen('.toast', '第 2 张');
    expect(papers('k2')).toHaveLength(2);
    expect(papers('k2').join('\n')).toMatch(/补打|REPRINT/);

    await page.click(`[data-ticket="${number}"] [data-act="class"]`);
    await page.selectOption('dialog select', 'priority');
    await page.click('dialog .quick button');
    await page.click('dialog .primary');
    await seen(`[data-ticket="${number}"]`, '老年');
    await page.click(`[data-ticket="${number}"] [data-act="complain"]`);
    await page.fill('dialog textarea', words);
    await page.click('dialog .primary');
    await seen('.toast', '已登记');
    expect(complaints).toEqual([]);
  },
  testMs,
);

test.skipIf(missing !== undefined)(
  'an appointment is booked and kept at the desk',
  async () => {
    await open('desk');
    await page.click('#tab-desk-booked');
    await page.click('[data-act="book"]');
    await page.click('dialog .primary');
    await seen('.toast', '预约码');
    const row = page.locator('.list-row').first();
    const code = (await row.locator('code').textContent()) ?? '';
    await page.fill('#place-desk-booked input[type="search"]', 'NOSUCHCODE');
    await page.click('[data-act="check-in"]');
    await seen('.toast', '没有这个预约');
    await page.fill('#place-desk-booked input[type="search"]', code);
    await page.click('[data-act="check-in"]');
    await seen('#place-desk-booked .slip-number', '0');
    await seen('.list-row .chip', '已签到');
    expect(complaints).toEqual([]);
  },
  testMs,
);

test.skipIf(missing !== undefined)(
  'a supervisor changes a window, answers the complaint, and finds both in the trail; the manager takes the day away',
  async () => {
    await open('supervisor');
    for (const window of ['w1', 'w2', 'w3', 'w10', 'w11'])
      await page.click(`[data-window="${window}"] [data-act="open"]`);
    await seen('.sums', '开放 5/12');
    await page.click('[data-window="w3"] [data-act="role"]');
    await page.selectOption('dialog select', 'certificate');
    await page.fill('dialog input', '请拨打 139 0000 0001');
    await page.click('dialog .primary');
    await seen('.toast', 'telephone');
    await page.fill('dialog input', '出证排队');
    await page.click('dialog .primary');
    await seen('[data-window="w3"]', '已调整');
    await page.evaluate("for (const each of document.querySelectorAll('.toast')) each.remove()");
    await page.screenshot({ path: path.join(pictures, 'supervisor.png') });

    await page.click('#tab-sup-complaints');
    await page.click('[data-act="read"]');
    await seen('.private blockquote', words);
    await page.click('[data-act="settle"]');
    await page.fill('dialog textarea', answer);
    await page.click('dialog .primary');
    await seen('.list-row .chip', '已解决');
    await page.click('#tab-sup-trail');
    for (const [act, why] of [
      ['改窗口任务', '出证排队'],
      ['补打', '纸票遗失'],
      ['更改类别', '老年人'],
    ])
      await seen(`tr:has-text("${act}")`, why ?? '');

    await open('manager');
    await seen('.table-card', '合计');
    const coming = page.waitForEvent('download');
    await page.click('[data-export="csv"]');
    const file = await (await coming).path();
    expect(readFileSync(file, 'utf8')).toMatch(/^by,key,issued,/);
    expect(complaints).toEqual([]);
  },
  testMs,
);

test.skipIf(missing !== undefined)(
  'neither the telephone number nor the words are anywhere but in the sealed table',
  async () => {
    const url = demo.url ?? '';
    const answered = await Promise.all(
      ['api/v1/snapshot', 'api/v1/lists/complaints', 'api/v1/lists/overrides', 'metrics'].map(async (each) =>
        (await fetch(`${url}${each}`)).text(),
      ),
    );
    const files = readdirSync(dataFolder).map((name) => readFileSync(path.join(dataFolder, name), 'utf8'));
    const texts = { files, answered, broker: said, log: logged };
    // What was searched is not empty, and the references are there: the search would find the words.
    expect(files.join('').match(/complaint\/[2-9A-Z]{8}/g)?.length).toBeGreaterThan(1);
    expect(said.length).toBeGreaterThan(50);
    for (const [where, each] of Object.entries(texts))
      for (const secret of [phone, '139 0000 0001', words, answer])
        expect([where, secret, each.some((text) => text.includes(secret))]).toEqual([where, secret, false]);
  },
  testMs,
);
