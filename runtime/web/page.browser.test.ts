/** The page as a person uses it, in Debian's chromium: kiosk, call, rating, faults, desk; no word on its console. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../drivers/clock.ts';
import { silentLog } from '../../drivers/log.ts';
import { FixtureHall } from './fixture-hall.kit.ts';
import { fixtureRules } from './fixture-rules.kit.ts';
import { createWebServer, type WebServer } from './server.ts';

const executablePath = '/usr/bin/chromium';
const missing = !existsSync(executablePath);
if (missing) console.log(`page.browser.test: skipped, ${executablePath} is missing (apt-get install chromium)`);

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

describe.skipIf(missing)('in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  let hall: FixtureHall;
  let server: WebServer;
  let page: Page;
  let url: string;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args });
  }, 60_000);
  afterAll(() => browser?.close());

  beforeEach(async () => {
    hall = new FixtureHall(systemClock);
    hall.changed();
    const access = { kind: 'open-loopback' as const };
    server = createWebServer({
      desk: hall.desk,
      bench: hall,
      tap: hall,
      rules: fixtureRules,
      clock: systemClock,
      log: silentLog,
      access,
    });
    ({ url } = await server.start('127.0.0.1', 0));
    await open('');
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    expect(complaints).toEqual([]);
  });

  async function open(path: string): Promise<void> {
    complaints = [];
    page = await browser.newPage({ locale: 'zh-CN', viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(8_000);
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) complaints.push(request.url());
    });
    await page.goto(`${url}${path}`);
  }

  async function widthsFit(): Promise<void> {
    for (const width of [390, 1024, 1280, 2560]) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect([page.url(), width, wide]).toEqual([page.url(), width, width]);
    }
  }

  const key = (machine: string, name: string) => page.click(`[data-machine="${machine}"][data-key="${name}"]`);
  const seen = (selector: string, text: string) => page.waitForSelector(`${selector}:has-text("${text}")`);
  const boardPicture = (window: string) =>
    page.$eval(`[data-window="${window}"] canvas`, (canvas) =>
      (canvas as unknown as { toDataURL(): string }).toDataURL(),
    );

  test('a visitor takes a number, is called, served and rates', async () => {
    await key('k1-panel', '3');
    await page.waitForSelector('[data-kiosk="k1"] .paper img');
    await page.waitForFunction("document.querySelector('[data-kiosk=k1] .paper img').naturalWidth === 384");
    await page.click('[data-kiosk="k1"] [data-act="tear"]');
    await page.waitForSelector('[data-kiosk="k1"] .scrap');
    expect(await page.locator('[data-kiosk="k1"] .paper').count()).toBe(0);
    await seen('[data-service="social"] .count', '1');

    const before = await boardPicture('w2');
    await key('w2-pad', 'next');
    await seen('[data-window="w2"] .number', 'C001');
    await seen('.last-calls', 'C001');
    await seen('[data-service="social"] .count', '0');
    expect(await boardPicture('w2')).not.toBe(before);

    await key('w2-pad', 'start');
    await seen('[data-window="w2"] .chip', '办理中');
    await key('w2-pad', 'complete');
    await page.waitForSelector('[data-window="w2"][data-armed]');
    await page.waitForSelector('[data-machine="w2-rating"][data-key="level-5"][data-lamp="blink"]');
    await key('w2-rating', 'level-5');
    await page.waitForSelector('[data-window="w2"]:not([data-armed])');
  });

  test('one number for three matters goes through the back office to a certificate window', async () => {
    for (const matter of ['id-renew', 'company', 'title']) await page.check(`.matter-list input[value="${matter}"]`);
    await page.click('[data-act="issue"]');
    await seen('.slip-number', 'A001');
    // The identity card is asked for by all three, and listed once.
    expect(await page.locator('.desk-slip li').allTextContents()).toHaveLength(4);
    const issued = hall.submitted.filter((each) => each.type === 'IssueTicket');
    expect(issued).toHaveLength(1);
    expect(issued[0]).toMatchObject({ by: 'desk', data: { matters: ['id-renew', 'company', 'title'] } });

    await key('w1-pad', 'next');
    await seen('[data-window="w1"] .number', 'A001');
    await key('w1-pad', 'start');
    await key('w1-pad', 'review');
    await page.click('#tab-office');
    await page.click('[data-ticket="A001"] [data-act="grant-all"]');
    await seen('.ready-list', 'A001');
    await key('w10-pad', 'next');
    await seen('[data-window="w10"] .number', 'A001');
  });

  test('faults made by mouse are named, with place and remedy, and go away when mended', async () => {
    await page.click('[data-kiosk="k2"] .fault-tool summary');
    await page.click('[data-kiosk="k2"] [data-machine="k2-printer"] [data-fault="paper-out"]');
    await seen('#trouble', '2 号取号机');
    await seen('#trouble', '缺纸');
    await seen('#trouble', '装入新纸卷');
    await seen('[data-kiosk="k2"] .chip', '暂停使用');
    await page.keyboard.press('Escape');

    await page.click('[data-window="w3"] .fault-tool summary');
    await page.click('[data-window="w3"] [data-machine="w3-board"] [data-fault="unplug"]');
    await page.waitForSelector('[data-window="w3"] .glass[data-unplugged]');
    await seen('[data-window="w3"] .shows', '屏上内容无法确认');
    expect(await page.isVisible('[data-window="w2"] .shows')).toBe(false);
    await page.click('#tab-technician');
    await seen('.glance', '3 号窗口');
    await seen('#tab-technician .badge', '2');
    await page.click('[data-window="w3"] .fault-tool summary');
    await page.click('[data-window="w3"] [data-machine="w3-board"] [data-fault="unplug"]');
    await page.waitForSelector('[data-window="w3"] .glass:not([data-unplugged])');
    await page.waitForSelector('[data-window="w3"] .shows', { state: 'hidden' });
    await seen('#tab-technician .badge', '1');
  });

  test('of boards whose box is lost, and of one that has not answered yet, the page says so', async () => {
    await hall.setNode('hall', false);
    for (const card of ['[data-window="w1"]', '.hall-board']) await seen(`${card} .shows`, '屏上内容无法确认');
    await hall.setNode('hall', true);
    await page.waitForSelector('.hall-board .shows', { state: 'hidden' });
    hall.boardShows.set('w1-board', 'on-its-way');
    hall.changed();
    await seen('[data-window="w1"] .shows', '屏幕内容更新中');
    await page.waitForSelector('[data-window="w2"] .shows', { state: 'hidden' });
  });

  test('the hub stopped and started again by mouse', async () => {
    await page.click('[data-what="hub"]');
    await seen('#trouble', '叫号主机离线');
    await page.click('[data-what="hub"]');
    await page.waitForSelector('#trouble', { state: 'hidden' });
    await key('k1-panel', '1');
    await seen('[data-service="police"] .count', '1');
  });

  test('the hall runs by itself at a chosen speed', async () => {
    await page.click('[data-what="auto"]');
    await page.waitForSelector('[data-what="auto"][aria-checked="true"]');
    await page.selectOption('.auto select', '20');
    await expect.poll(() => [hall.auto.running, hall.auto.speed]).toEqual([true, 20]);
  });

  test('the staff page: who is at fault first, and a day without a visitor', async () => {
    hall.machine('w3-board').act({ type: 'unplug' });
    await page.close();
    await open('console#technician');
    await seen('tbody tr:first-child', '3 号窗口');
    await seen('tbody tr:first-child', '线缆松脱');
    await seen('tbody tr:first-child .shows', '屏上内容无法确认');
    await page.click('a[href="#manager"]');
    await seen('[data-figure="open"] b', '12/12');
    await seen('.day-report', '尚无');
    await page.click('a[href="#desk"]');
    await page.waitForSelector('.matter-list input');
  });

  test('one language at a time: the browser’s at first, then the one chosen, kept for every page', async () => {
    await seen('[data-what="hub"]', '叫号主机');
    expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
    await page.click('.languages [lang="en"]');
    await seen('[data-what="hub"]', 'Hub');
    const heads = () => page.locator('h2, h3, .chip, .pill, .tabs').allTextContents();
    expect((await heads()).filter((text) => /\p{Script=Han}/u.test(text))).toEqual([]);
    await page.close();
    await open('console?lang=en#technician');
    await seen('th', 'Faults and remedies');
    await page.goto(`${url}?lang=zh`);
    await seen('[data-what="hub"]', '叫号主机');
    expect((await heads()).filter((text) => /[A-Za-z]{4,}/.test(text))).toEqual([]);
  });

  test('a message on the wire shows what it says, without a PIN', async () => {
    await page.click('#tab-wire');
    await key('w1-pad', 'next');
    await page.click('.note:has-text("node/hall/evt")');
    const said = await page.textContent('dialog pre');
    expect(said).toContain('"key": "next"');
    expect(said).not.toContain('1234');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
  });

  test('staff of a real hall read without a token, and sign in for the rest', async () => {
    await page.close();
    await server.close();
    const sha256 = createHash('sha256').update('boss-token-1').digest('hex');
    const access = { kind: 'token' as const, tokens: [{ role: 'supervisor' as const, id: 'boss', sha256 }] };
    server = createWebServer({
      desk: hall.desk,
      tap: hall,
      rules: fixtureRules,
      clock: systemClock,
      log: silentLog,
      access,
    });
    ({ url } = await server.start('127.0.0.1', 0));
    await open('');
    expect(new URL(page.url()).pathname).toBe('/console');
    await page.click('a[href="#manager"]');
    await seen('.day-report', '日报需主管登录');
    expect(await page.locator('a[href="#desk"]').count()).toBe(0);
    await page.fill('.who input', 'wrong-token');
    await page.click('.who button');
    await seen('.toast', '口令不对');
    await page.fill('.who input', 'boss-token-1');
    await page.click('.who button');
    await page.click('a[href="#desk"]');
    await page.check('.matter-list input[value="invoice"]');
    await page.click('[data-act="issue"]');
    await seen('.slip-number', 'E001');
    expect(hall.submitted[0]?.by).toBe('supervisor');
  });

  test('one matter among 1,121 is found by any of its words, chosen and issued without a mouse', async () => {
    const [first] = fixtureRules.matters;
    if (first === undefined) throw new Error('no matters');
    const { department } = first;
    const many = Array.from({ length: 1_121 }, (_, index) => ({
      ...first,
      id: `m-${index}`,
      code: `QY-${String(index).padStart(4, '0')}`,
      name: { zh: `事项第${index}号许可`, en: `Permit no. ${index}` },
      documents: [{ zh: index === 777 ? '消防验收意见书' : '身份证', en: 'Document' }],
      department,
    }));
    const [service] = fixtureRules.services;
    if (service === undefined) throw new Error('no services');
    const rules = {
      ...fixtureRules,
      rev: 2,
      matters: many,
      services: [{ ...service, matters: many.map(({ id }) => id) }],
    };
    Object.assign(hall, { rules });
    hall.changed();
    await page.close();
    await open('console#desk');
    await seen('.found', '1121 项');
    expect(await page.locator('.matter-list label').count()).toBe(60);
    await page.keyboard.press('/');
    await page.keyboard.type('消防 qy');
    await seen('.found', '1 项');
    await page.keyboard.press('Enter');
    await seen('.basket', '消防验收意见书');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('qy-0042');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await seen('.basket', '已选 2 项');
    await page.keyboard.press('Control+Enter');
    await seen('.slip-number', 'A001');
    expect(hall.submitted.at(-1)?.data).toMatchObject({ matters: ['m-777', 'm-42'] });
  });

  test('a first-time visitor is told what to press next, until it is done or not wanted', async () => {
    await page.waitForSelector('[data-step="number"][data-next]');
    await key('k1-panel', '3');
    await page.waitForSelector('[data-step="number"][data-done]');
    await key('w2-pad', 'next');
    await page.waitForSelector('[data-step="serve"][data-next]');
    await page.click('#guide [aria-label="收起"]');
    expect(await page.isVisible('#guide')).toBe(false);
  });

  test('everything is reached by keyboard, and a phone needs no sideways scrolling', async () => {
    await page.focus('#tab-desk');
    await page.keyboard.press('ArrowRight');
    expect(await page.isVisible('#place-office')).toBe(true);
    await page.focus('[data-machine="k1-panel"][data-key="2"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-kiosk="k1"] .paper');
    await widthsFit();
    for (const view of ['desk', 'office', 'supervisor', 'manager', 'technician', 'waiting', 'wire']) {
      await page.goto(`${url}console#${view}`);
      await page.waitForSelector(`#view-${view} > div > *`, { state: 'attached' });
      await widthsFit();
    }
  });
});
