// @ts-check
/** One number and everything that can be done with it; found by typing it, or picked from those that are open. */
import { h, keepList, setData, setText, textSpan, words } from './dom.js';
import { local, named, t } from './text.js';
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
import { sinceText } from './times.js';

const maxRows = 40;

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {'desk' | 'supervisor'} as */
export function mountTicketDesk(box, hall, as) {
  const search = h('input', {
    type: 'search',
    placeholder: t('ticket-desk.find-hint'),
    'aria-label': t('ticket-desk.find'),
  });
  const loose = h(
    'span',
    { class: 'loose' },
    act('help-loose', t('ticket-desk.help-loose'), () => askAssistance(null, as)),
    act('complain-loose', t('ticket-desk.complain-loose'), () => askComplaint(null, as)),
  );
  const empty = h('p', { class: 'empty' }, words('ticket-desk.none'));
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

/** @param {string} name @param {string} text @param {() => void} run */
function act(name, text, run) {
  return h('button', { type: 'button', class: 'quiet small', data: { act: name }, onclick: run }, textSpan(text));
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
      act('return', t('ticket-desk.return'), () => askReturn(now(), as)),
      act('matters', t('ticket-desk.matters'), () => askMatters(hall, now(), as)),
      act('class', t('ticket-desk.class'), () => askClass(now(), as)),
      as === 'supervisor' && act('move', t('common.move'), () => askMove(hall, now())),
      act('reprint', t('common.reprint'), () => askReprint(hall, now(), as)),
      act('help', t('ticket-desk.help'), () => askAssistance(now(), as)),
      act('complain', t('ticket-desk.complaint'), () => askComplaint(now(), as)),
      act('contact', t('common.phone'), () => askContact(now(), as)),
      act('void', t('common.void'), () => askVoid(now(), as)),
    ),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} row @param {any} ticket */
function updateRow(hall, row, ticket) {
  const rules = hall.rules;
  const stage = named('stage', ticket.stage);
  const chip = row.querySelector('.chip');
  setText(chip, stage);
  setData(chip, 'kind', ['missed', 'parked', 'held'].includes(ticket.stage) ? 'paused' : ticket.stage);
  const service = rules?.services.find((/** @type {any} */ each) => each.id === ticket.service);
  const kind = named('class', ticket.class);
  const window = rules?.windows.find((/** @type {any} */ each) => each.id === ticket.window);
  setText(
    row.querySelector('.ticket-what'),
    [
      local(service?.name) || ticket.service,
      ticket.class === 'ordinary' ? '' : kind,
      ticket.leg === 'certificate' ? t('ticket-desk.for-certificate') : '',
      window === undefined ? '' : t('common.window-n', { number: window.number }),
    ]
      .filter(Boolean)
      .join(' · '),
  );
  setText(row.querySelector('.ticket-age'), sinceText(ticket.issuedAt, hall.now()));
  const aside = ['missed', 'parked', 'held'].includes(ticket.stage);
  row.querySelector('[data-act="return"]').hidden = !aside;
  const names = new Map((rules?.matters ?? []).map((/** @type {any} */ each) => [each.id, each.name]));
  keepList(
    row.querySelector('.tags'),
    ticket.matters,
    (/** @type {any} */ each) => `${each.matter} ${each.state}`,
    (each) => h('span', { class: 'tag' }, textSpan(names.get(each.matter) ?? each.matter)),
    () => {},
  );
}
