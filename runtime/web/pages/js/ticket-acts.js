// @ts-check
/** What a person may do with one open number: each act a small form, each refusal told in the hub's own words. */
import { command } from './api.js';
import { h, toast, words } from './dom.js';
import { openForm, whyField } from './form.js';
import { findMatters, matterIndex } from './matter-search.js';
import { printAt, printersOf } from './paper.js';
import { classTexts, textOf } from './texts.js';

/** @typedef {'desk' | 'supervisor'} Role */

const outcomes = [
  { value: 'solved', zh: '已解决', en: 'solved' },
  { value: 'number-issued', zh: '已取号', en: 'number given' },
  { value: 'referred', zh: '已转介', en: 'referred' },
  { value: 'not-solved', zh: '未解决', en: 'not solved' },
];

/** @param {any} ticket @param {string} zh @param {string} en */
const titled = (ticket, zh, en) => ({ zh: ticket === null ? zh : `${zh} ${ticket.number}`, en });

/** Tells, and says whether the form may close. @param {any} answer @param {string} zh @param {string} en */
function told(answer, zh, en) {
  if (answer.ok) toast(zh, en);
  return answer.ok === true;
}

/** @param {string} type @param {any} data @param {Role} as @param {[string, string]} said */
async function ask(type, data, as, [zh, en]) {
  return told(await command(type, data, as), zh, en);
}

/** @param {any} ticket @param {Role} as */
export function askClass(ticket, as) {
  openForm({
    title: titled(ticket, '更改类别', 'Change class'),
    fields: [
      {
        name: 'class',
        zh: '类别',
        en: 'Class',
        kind: 'choice',
        value: ticket.class,
        options: ['ordinary', 'priority', 'appointment', 'returning'].map((value) => ({
          value,
          ...textOf(classTexts, value),
        })),
      },
      whyField(['老年人', '残障人士', '孕妇', '携带婴幼儿']),
    ],
    act: { zh: '更改', en: 'Change' },
    done: (values) =>
      ask('ChangeClass', { ticket: ticket.ticket, class: values.class, why: values.why }, as, [
        '已更改类别',
        'class changed',
      ]),
  });
}

/** @param {any} ticket @param {Role} as */
export function askVoid(ticket, as) {
  openForm({
    title: titled(ticket, '作废', 'Void'),
    fields: [{ name: 'reason', zh: '理由', en: 'Reason', quick: ['取错号', '重复取号', '已离开'], max: 64 }],
    act: { zh: '作废此号', en: 'Void this number' },
    done: (values) => ask('VoidTicket', { ticket: ticket.ticket, reason: values.reason }, as, ['已作废', 'void']),
  });
}

/** @param {import('./live.js').LiveHall} hall @param {any} ticket @param {Role} as */
export function askReprint(hall, ticket, as) {
  const printers = printersOf(hall).filter((printer) => printer.ready);
  openForm({
    title: titled(ticket, '补打', 'Reprint'),
    lead: h('p', { class: 'hint' }, words('纸票上印有“补打”。', 'The paper says that it is a copy.')),
    fields: [
      {
        name: 'at',
        zh: '出票',
        en: 'Printer',
        kind: 'choice',
        options: [...printers, { value: '', zh: '只登记', en: 'only record it' }],
      },
      { ...whyField(['纸票遗失', '字迹不清', '卡纸']), name: 'reason' },
    ],
    act: { zh: '补打', en: 'Reprint' },
    done: async (values) => {
      const at = printAt(values.at ?? '');
      const data = { ticket: ticket.ticket, reason: values.reason, ...(at === undefined ? {} : { print_at: at }) };
      const answer = await command('ReprintTicket', data, as);
      if (!answer.ok) return false;
      const { paper } = answer.result;
      if (paper === undefined || paper.verdict === 'printed')
        toast(`已补打，第 ${answer.result.copy} 张`, `copy ${answer.result.copy}`);
      else toast('补打未成功', paper.message ?? paper.verdict, 'bad');
      return true;
    },
  });
}

/** @param {any} ticket @param {Role} as */
export const askReturn = (ticket, as) =>
  void ask('ReturnTicket', { ticket: ticket.ticket }, as, [`${ticket.number} 重新排队`, 'waits again']);

/** @param {import('./live.js').LiveHall} hall @param {any} ticket @param {Role} as */
export function askMatters(hall, ticket, as) {
  const index = matterIndex(hall.rules);
  const add = new Set();
  const remove = new Set();
  const names = new Map(hall.rules.matters.map((/** @type {any} */ each) => [each.id, each.name]));
  const list = h('div', { class: 'matter-list short' });
  const search = h('input', {
    type: 'search',
    placeholder: '添加事项 · add a matter',
    'aria-label': '添加事项 · add a matter',
  });
  const has = h(
    'div',
    { class: 'has' },
    ...ticket.matters.map((/** @type {any} */ each) => {
      const tick = h('input', { type: 'checkbox', disabled: each.state !== 'open' });
      tick.checked = true;
      tick.addEventListener('change', () => (tick.checked ? remove.delete(each.matter) : remove.add(each.matter)));
      return h('label', null, tick, names.get(each.matter)?.zh ?? each.matter);
    }),
  );
  const show = () => {
    const known = new Set(ticket.matters.map((/** @type {any} */ each) => each.matter));
    const found = search.value.trim() === '' ? [] : findMatters(index, search.value, '').slice(0, 12);
    list.replaceChildren(
      ...found
        .filter(({ matter }) => !known.has(matter.id))
        .map(({ matter }) => {
          const tick = h('input', { type: 'checkbox', value: matter.id });
          tick.checked = add.has(matter.id);
          tick.addEventListener('change', () => (tick.checked ? add.add(matter.id) : add.delete(matter.id)));
          return h('label', null, tick, `${matter.name.zh} ${matter.name.en}`);
        }),
    );
  };
  search.addEventListener('input', show);
  openForm({
    title: titled(ticket, '增减事项', 'Change matters'),
    lead: h('div', null, has, search, list),
    fields: [],
    act: { zh: '保存', en: 'Save' },
    done: () =>
      ask('ChangeMatters', { ticket: ticket.ticket, add: [...add], remove: [...remove] }, as, [
        '事项已更改',
        'matters changed',
      ]),
  });
}

/** @param {any} ticket `null` without a number @param {Role} as */
export function askAssistance(ticket, as) {
  openForm({
    title: titled(ticket, '帮办 · 引导', 'Help given'),
    fields: [
      {
        name: 'kind',
        zh: '方式',
        en: 'Kind',
        kind: 'choice',
        options: [
          { value: 'guidance', zh: '引导', en: 'guidance' },
          { value: 'assistance', zh: '帮办代办', en: 'assistance' },
        ],
      },
      { name: 'outcome', zh: '结果', en: 'Outcome', kind: 'choice', options: outcomes },
    ],
    act: { zh: '登记', en: 'Record' },
    done: (values) =>
      ask('RecordAssistance', { ticket: ticket?.ticket ?? null, ...values }, as, ['已登记', 'recorded']),
  });
}

/** @param {any} ticket `null` without a number @param {Role} as */
export function askComplaint(ticket, as) {
  openForm({
    title: titled(ticket, '投诉 · 建议', 'Complaint or suggestion'),
    lead: h(
      'p',
      { class: 'hint' },
      words(
        '内容加密保存，不进入业务记录，到期清除。',
        'The words are kept encrypted, outside the journal, and erased in time.',
      ),
    ),
    fields: [
      {
        name: 'kind',
        zh: '类型',
        en: 'Kind',
        kind: 'choice',
        options: [
          { value: 'complaint', zh: '投诉', en: 'complaint' },
          { value: 'suggestion', zh: '建议', en: 'suggestion' },
        ],
      },
      { name: 'text', zh: '内容', en: 'Words', kind: 'long', max: 2000 },
    ],
    act: { zh: '登记', en: 'Record' },
    done: async (values) => {
      const answer = await command('RecordComplaint', { ticket: ticket?.ticket ?? null, ...values }, as);
      return told(answer, `已登记，编号 ${answer.result?.complaint}`, `recorded as ${answer.result?.complaint}`);
    },
  });
}

/** @param {any} ticket @param {Role} as */
export function askContact(ticket, as) {
  openForm({
    title: titled(ticket, '留手机号', 'Leave a phone number'),
    lead: h(
      'p',
      { class: 'hint' },
      words('叫号短信用；办结即删除。', 'For the call by text message; erased when the number ends.'),
    ),
    fields: [{ name: 'phone', zh: '手机号', en: 'Phone', max: 24 }],
    act: { zh: '保存', en: 'Save' },
    done: (values) => ask('LeaveContact', { ticket: ticket.ticket, phone: values.phone }, as, ['已保存', 'kept']),
  });
}

/** @param {import('./live.js').LiveHall} hall @param {any} ticket */
export function askMove(hall, ticket) {
  const windows = hall.rules.windows.map((/** @type {any} */ each) => ({
    value: `window/${each.id}`,
    zh: `${each.number} 号窗口`,
    en: `window ${each.number}`,
  }));
  const services = hall.rules.services.map((/** @type {any} */ each) => ({
    value: `service/${each.id}`,
    ...each.name,
  }));
  openForm({
    title: titled(ticket, '移到', 'Move'),
    fields: [
      { name: 'to', zh: '去处', en: 'To', kind: 'choice', options: [...windows, ...services] },
      {
        name: 'place',
        zh: '位置',
        en: 'Place',
        kind: 'choice',
        options: [
          { value: 'age', zh: '按取号时间', en: 'by age' },
          { value: 'front', zh: '队首', en: 'front' },
          { value: 'end', zh: '队尾', en: 'end' },
        ],
      },
      whyField(['窗口指定', '排错队', '身体不适']),
    ],
    act: { zh: '移动', en: 'Move' },
    done: (values) => {
      const [kind = '', id = ''] = (values.to ?? '').split('/');
      const data = { ticket: ticket.ticket, to: { [kind]: id }, place: values.place, why: values.why };
      return ask('MoveTicket', data, 'supervisor', [`${ticket.number} 已移动`, 'moved']);
    },
  });
}
