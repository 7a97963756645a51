// @ts-check
/** The trail: what people changed over the ordinary course today, who, when and why. */
import { h, keepList, textSpan, words } from './dom.js';
import { followList } from './lists.js';
import { hallTime } from './places.js';
import { local, named, t } from './text.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountOverrides(box, hall) {
  const body = h('tbody', null);
  const empty = h('p', { class: 'empty', hidden: true }, words('overrides.none'));
  const heads = [t('common.time'), t('overrides.act'), t('overrides.what'), t('overrides.who'), t('common.reason')];
  const table = h(
    'div',
    { class: 'table-frame' },
    h('table', null, h('thead', null, h('tr', null, ...heads.map((head) => h('th', { scope: 'col' }, head)))), body),
  );
  box.append(empty, table);
  const list = followList(box, '/lists/overrides', (found) => {
    empty.hidden = found.length > 0;
    table.hidden = found.length === 0;
    keepList(
      body,
      found,
      (row) => String(row.seq),
      (row) => makeRow(hall, row),
      () => {},
    );
  });
  return () => void list.refresh();
}

/** @param {import('./live.js').LiveHall} hall @param {any} row */
function makeRow(hall, row) {
  const event = JSON.parse(row.event);
  const type = named('override', row.type);
  const who = named('person', event.by.kind);
  return h(
    'tr',
    null,
    h('td', { class: 'mono' }, hallTime(hall, row.at)),
    h('td', null, textSpan(type)),
    h('td', null, whatOf(hall, event)),
    h('td', null, `${who} ${event.by.id}`),
    h('td', { class: 'why' }, event.why ?? event.reason ?? event.outcome ?? ''),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} event */
function whatOf(hall, event) {
  const sign = (/** @type {string} */ id) =>
    t('common.window-n', {
      number: hall.rules?.windows.find((/** @type {any} */ each) => each.id === id)?.number ?? id,
    });
  const service = (/** @type {string} */ id) =>
    local(hall.rules?.services.find((/** @type {any} */ each) => each.id === id)?.name) || id;
  const parts = [];
  if (event.ticket) parts.push(event.ticket.slice(11));
  if (event.serving) parts.push(event.serving.slice(11));
  if (event.window) parts.push(sign(event.window));
  if (event.appointment) parts.push(event.appointment);
  if (event.complaint) parts.push(event.complaint);
  if (event.role) parts.push(`→ ${named('window-role', event.role)}`);
  if (event.class) parts.push(`→ ${named('class', event.class)}`);
  if (event.copy) parts.push(t('overrides.copy', { copy: event.copy }));
  if (event.serves) {
    const served =
      event.serves === 'all'
        ? [t('overrides.all-services')]
        : event.serves.map((/** @type {any} */ each) => service(each.service));
    parts.push(`→ ${served.join(', ')}`);
  }
  if (event.to) parts.push(`→ ${'window' in event.to ? sign(event.to.window) : service(event.to.service)}`);
  return parts.join(' ');
}
