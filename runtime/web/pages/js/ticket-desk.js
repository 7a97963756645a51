// @ts-check
/** One number and everything that can be done with it; found by typing it, or picked from those that are open. */
import { both, h, keepList, setData, setText, words } from './dom.js';
import { classTexts, sinceText, stageTexts, textOf } from './texts.js';
import {
  askAssistance,
  askClass,
  askComplaint,
  askContact,
  askMatters,
  askMove,
  askReprint,
  askReturn,
  askVoid,
} from './ticket-acts.js';

const maxRows = 40;

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {'desk' | 'supervisor'} as */
export function mountTicketDesk(box, hall, as) {
  const search = h('input', {
    type: 'search',
    placeholder: '号码，如 A012 · number',
    'aria-label': '查找号码 · Find a number',
  });
  const loose = h(
    'span',
    { class: 'loose' },
    act('help-loose', '无号帮办', 'Help, no number', () => askAssistance(null, as)),
    act('complain-loose', '无号投诉', 'Complaint, no number', () => askComplaint(null, as)),
  );
  const empty = h('p', { class: 'empty' }, words('没有这样的号码。', 'No open number is like this.'));
  const list = h('div', { class: 'ticket-rows' });
  box.append(h('div', { class: 'search-line' }, search, loose), empty, list);
  const update = () => {
    const wanted = search.value.trim().toUpperCase();
    const tickets = hall
      .under('ticket/')
      .filter((ticket) => ticket.number.includes(wanted))
      .sort((a, b) => order(a) - order(b) || a.issuedAt - b.issuedAt);
    empty.hidden = tickets.length > 0;
    keepList(
      list,
      tickets.slice(0, maxRows),
      (ticket) => ticket.ticket,
      (ticket) => makeRow(hall, ticket, as),
      (row, ticket) => updateRow(hall, row, ticket),
    );
  };
  search.addEventListener('input', update);
  hall.watch(['ticket/', 'rules'], update);
  setInterval(() => box.offsetParent !== null && update(), 15_000);
}

/** Who is aside needs somebody's eye first. @param {any} ticket */
function order(ticket) {
  const at = ['missed', 'parked', 'held', 'printing', 'waiting'].indexOf(ticket.stage);
  return at < 0 ? 9 : at;
}

/** @param {string} name @param {string} zh @param {string} en @param {() => void} run */
function act(name, zh, en, run) {
  return h('button', { type: 'button', class: 'quiet small', data: { act: name }, onclick: run }, words(zh, en));
}

/** @param {import('./live.js').LiveHall} hall @param {any} first @param {'desk' | 'supervisor'} as */
function makeRow(hall, first, as) {
  const now = () => hall.get(`ticket/${first.ticket}`) ?? first;
  return h(
    'details',
    { class: 'ticket-row', name: 'ticket', data: { ticket: first.number } },
    h(
      'summary',
      null,
      h('b', null, first.number),
      h('span', { class: 'chip' }),
      h('span', { class: 'ticket-what' }),
      h('span', { class: 'ticket-age' }),
    ),
    h('p', { class: 'tags' }),
    h(
      'div',
      { class: 'acts' },
      act('return', '过号回来', 'Back again', () => askReturn(now(), as)),
      act('matters', '增减事项', 'Matters', () => askMatters(hall, now(), as)),
      act('class', '更改类别', 'Class', () => askClass(now(), as)),
      as === 'supervisor' && act('move', '移动', 'Move', () => askMove(hall, now())),
      act('reprint', '补打', 'Reprint', () => askReprint(hall, now(), as)),
      act('help', '帮办引导', 'Help', () => askAssistance(now(), as)),
      act('complain', '投诉建议', 'Complaint', () => askComplaint(now(), as)),
      act('contact', '手机号', 'Phone', () => askContact(now(), as)),
      act('void', '作废', 'Void', () => askVoid(now(), as)),
    ),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} row @param {any} ticket */
function updateRow(hall, row, ticket) {
  const rules = hall.rules;
  const stage = textOf(stageTexts, ticket.stage);
  const chip = row.querySelector('.chip');
  setText(chip, `${stage.zh} ${stage.en}`);
  setData(chip, 'kind', ['missed', 'parked', 'held'].includes(ticket.stage) ? 'paused' : ticket.stage);
  const service = rules?.services.find((/** @type {any} */ each) => each.id === ticket.service);
  const kind = textOf(classTexts, ticket.class);
  const window = rules?.windows.find((/** @type {any} */ each) => each.id === ticket.window);
  setText(
    row.querySelector('.ticket-what'),
    [
      service?.name.zh ?? ticket.service,
      ticket.class === 'ordinary' ? '' : kind.zh,
      ticket.leg === 'certificate' ? '取证' : '',
      window === undefined ? '' : `${window.number} 号窗口`,
    ]
      .filter(Boolean)
      .join(' · '),
  );
  setText(row.querySelector('.ticket-age'), sinceText(ticket.issuedAt, hall.now()).zh);
  const aside = ['missed', 'parked', 'held'].includes(ticket.stage);
  row.querySelector('[data-act="return"]').hidden = !aside;
  const names = new Map((rules?.matters ?? []).map((/** @type {any} */ each) => [each.id, each.name]));
  keepList(
    row.querySelector('.tags'),
    ticket.matters,
    (/** @type {any} */ each) => `${each.matter} ${each.state}`,
    (each) => h('span', { class: 'tag' }, both(names.get(each.matter) ?? { zh: each.matter, en: '' })),
    () => {},
  );
}
