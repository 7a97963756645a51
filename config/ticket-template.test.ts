import { expect, test } from 'vitest';
import { processId, statusBackOn } from '../drivers/ticket-printer/escpos-commands.ts';
import { composeTicket } from '../drivers/ticket-printer/escpos-compose.ts';
import type { PaperBlock } from '../drivers/ticket-printer/paper.ts';
import { genericEpson } from '../drivers/ticket-printer/profile.ts';
import { referenceTicket } from '../drivers/ticket-printer/reference-ticket.kit.ts';
import { loadHall } from './load.ts';
import type { TemplateBlock } from './schema.ts';
import { layTicket, type TicketFacts } from './ticket-template.ts';

const minutes = 60_000;
const text = (zh: string, en = zh) => ({ zh, en });

const { file } = await loadHall('config/halls/service-centre.yaml');

function household(): { facts: TicketFacts; zh: TemplateBlock[]; en: TemplateBlock[] } {
  const service = file.services.find((each) => each.id === 'household');
  if (service === undefined) throw new Error('no such service');
  const facts: TicketFacts = {
    hall: file.hall.name,
    timeZone: file.hall.time_zone,
    day: '2026-11-23',
    number: 'A012',
    service: service.name,
    ahead: 7,
    wait: { lowMs: 25 * minutes, highMs: 25 * minutes },
    issuedAt: Date.parse('2026-11-23T03:27:40Z'),
    matters: file.matters.filter((matter) => service.matters.includes(matter.id)),
  };
  return { facts, ...file.ticket };
}

/** Without the white between groups. */
const printed = (blocks: readonly PaperBlock[]) => blocks.filter(({ kind }) => kind !== 'feed');
const words = (blocks: readonly PaperBlock[]) =>
  printed(blocks).map((block) =>
    block.kind === 'text' ? block.text : block.kind === 'qr' ? `QR ${block.data}` : block.kind,
  );

test('the reference ticket comes out of the hall’s own template, line by line', () => {
  const { facts, zh } = household();
  const blocks = printed(layTicket(zh, facts, 'zh'));
  // The lines of the 355-byte reference ticket, in its order.
  expect(words(blocks)).toEqual([
    '市民服务中心政务大厅',
    '您的号码',
    'A012',
    '户籍业务',
    '前面等候：7 人',
    '预计等待：约 25 分钟',
    '取号时间：2026-11-23 11:27',
    '请准备以下材料：',
    '1. 居民身份证原件及复印件',
    '2. 户口簿原件',
    '3. 结婚证或出生医学证明',
    '4. 房产证或租赁合同',
    '5. 申请表（现场填写）',
    'QR https://q.example.gov.cn/t/20261123/A012',
    '请留意叫号，过号请重新取号',
  ]);
  expect(blocks[2]).toEqual({ kind: 'text', text: 'A012', align: 'centre', size: 6, bold: true });
  expect(blocks[3]).toMatchObject({ size: 2, align: 'centre' });
  expect(blocks[13]).toMatchObject({ moduleDots: 6, align: 'centre' });
});

test('printed, with its white and its bold it stays within 1.05 of the least bytes such a ticket takes', async () => {
  const { facts, zh } = household();
  const settings = { profile: genericEpson };
  const { bytes } = await composeTicket(layTicket(zh, facts, 'zh'), settings);
  const least = (await composeTicket(referenceTicket, settings)).bytes.length;
  const confirmed = statusBackOn.length + processId('0001').length;
  expect(bytes.length + confirmed).toBeLessThanOrEqual((least + confirmed) * 1.05);
});

test('the same ticket in English', () => {
  const { facts, en } = household();
  const lines = words(layTicket(en, facts, 'en'));
  expect(lines.slice(0, 9)).toEqual([
    'Citizen Service Centre',
    'Your number',
    'A012',
    'Household registration',
    'Waiting before you: 7',
    'Estimated wait: about 25 min',
    'Issued: 2026-11-23 11:27',
    'Please have ready:',
    '1. Resident identity card with a copy',
  ]);
});

const line = (content: string): TemplateBlock => ({ kind: 'text', text: content, align: 'left', size: 1, bold: false });

test('a text without its fact is left out whole: no estimate, no line about it', () => {
  const { facts } = household();
  const blocks = [line('等待 {wait}'), line('{reprint}'), line('号码 {number}')];
  expect(words(layTicket(blocks, { ...facts, wait: undefined }, 'zh'))).toEqual(['号码 A012']);
  expect(words(layTicket(blocks, { ...facts, reprint: true }, 'zh'))).toEqual(['等待 约 25 分钟', '补打', '号码 A012']);
  expect(words(layTicket([line('{reprint}')], { ...facts, reprint: true }, 'en'))).toEqual(['REPRINT']);
});

test.each([
  [0, 0, '1 分钟以内'],
  [0.2, 3.5, '4 分钟以内'],
  [2, 6, '约 2-6 分钟'],
  [7.9, 8, '约 7-8 分钟'],
  [22, 31, '约 20-35 分钟'],
  [9.5, 12, '约 9-15 分钟'],
  [45, 45, '约 45 分钟'],
])('a wait from %d to %d minutes reads "%s"', (low, high, said) => {
  const { facts } = household();
  const wait = { lowMs: low * minutes, highMs: high * minutes };
  expect(words(layTicket([line('{wait}')], { ...facts, wait }, 'zh'))).toEqual([said]);
});

test('three matters ask for one identity card, once, and are listed themselves', () => {
  const { facts } = household();
  const card = text('身份证', 'Identity card');
  const ticket: TicketFacts = {
    ...facts,
    matters: [
      { name: text('出生登记', 'Birth'), documents: [card, text('户口簿', 'Register')] },
      { name: text('社保卡', 'Social card'), documents: [card, text('照片', 'Photograph')] },
      { name: text('咨询', 'Advice'), documents: [] },
    ],
  };
  const blocks: TemplateBlock[] = [
    { kind: 'matters', title: '办理事项：', item: '({n}) {matter}' },
    { kind: 'documents', title: '材料（{number}）：', item: '{n}. {document} {document.en}' },
  ];
  expect(words(layTicket(blocks, ticket, 'zh'))).toEqual([
    '办理事项：',
    '(1) 出生登记',
    '(2) 社保卡',
    '(3) 咨询',
    '材料（A012）：',
    '1. 身份证 Identity card',
    '2. 户口簿 Register',
    '3. 照片 Photograph',
  ]);
});

test('a matter that needs no document prints no heading for them', () => {
  const { facts } = household();
  const blocks: TemplateBlock[] = [{ kind: 'documents', title: '材料：', item: '{document}' }];
  expect(layTicket(blocks, { ...facts, matters: [{ name: text('咨询'), documents: [] }] }, 'zh')).toEqual([]);
});

test('a name cannot steer the printer: control and invisible characters never pass', () => {
  const { facts } = household();
  // A name with ESC @ and GS V NUL in it, as a hostile registration would write it.
  const service = text('王\u001b@\u001dV\u0000五\u202e\u200b\u0085\ud83d');
  const laid = layTicket(
    [line('{service}'), { kind: 'qr', data: '{service}', module_dots: 6, align: 'left' }],
    { ...facts, service },
    'zh',
  );
  expect(words(laid)).toEqual(['王@V五', 'QR 王@V五']);
});

test('braces inside a fact stay as they are: only the template is filled in', () => {
  const { facts } = household();
  expect(words(layTicket([line('{service}')], { ...facts, service: text('{number}') }, 'zh'))).toEqual(['{number}']);
});

test('rules, logos and feeds pass unchanged; the time is the hall’s, at midnight too', () => {
  const { facts } = household();
  const blocks: TemplateBlock[] = [
    { kind: 'rule' },
    { kind: 'logo', logo: 'hall', align: 'centre' },
    { kind: 'feed', lines: 2 },
    line('{time}'),
  ];
  const laid = layTicket(blocks, { ...facts, issuedAt: Date.parse('2026-11-22T16:05:00Z') }, 'zh');
  expect(laid.slice(0, 3)).toEqual(blocks.slice(0, 3));
  expect(words(laid).at(-1)).toBe('00:05');
});
