// @ts-check
/** The trail: what people changed over the ordinary course today, who, when and why. */
import { h, keepList, words } from './dom.js';
import { followList } from './lists.js';
import { hallTime } from './places.js';
import { classTexts, textOf, windowRoleTexts } from './texts.js';

/** @type {Record<string, {zh: string, en: string}>} */
const typeTexts = {
  WindowRoleChanged: { zh: '改窗口任务', en: 'window task' },
  WindowServesChanged: { zh: '改窗口业务', en: 'window services' },
  BalanceWithdrawn: { zh: '不采纳建议', en: 'proposal declined' },
  WindowFreed: { zh: '腾空窗口', en: 'window freed' },
  TicketMoved: { zh: '移动号码', en: 'number moved' },
  TicketClassChanged: { zh: '更改类别', en: 'class changed' },
  TicketVoided: { zh: '作废', en: 'void' },
  TicketReprinted: { zh: '补打', en: 'reprint' },
  RatingSetAside: { zh: '剔除评价', en: 'rating set aside' },
  WindowOpened: { zh: '代为开窗', en: 'opened' },
  WindowClosed: { zh: '代为关窗', en: 'closed' },
  WindowPaused: { zh: '代为暂停', en: 'paused' },
  WindowResumed: { zh: '代为恢复', en: 'resumed' },
  MattersChanged: { zh: '增减事项', en: 'matters changed' },
  AppointmentCancelled: { zh: '取消预约', en: 'appointment cancelled' },
  ComplaintSettled: { zh: '答复投诉', en: 'complaint settled' },
};

/** @type {Record<string, {zh: string, en: string}>} */
const kindTexts = {
  desk: { zh: '服务台', en: 'desk' },
  office: { zh: '后台', en: 'back office' },
  supervisor: { zh: '主管', en: 'supervisor' },
  hub: { zh: '自动均衡', en: 'balancer' },
};

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountOverrides(box, hall) {
  const body = h('tbody', null);
  const empty = h(
    'p',
    { class: 'empty', hidden: true },
    words('今天还没有人工干预。', 'Nothing was overridden today.'),
  );
  const heads = [
    ['时间', 'Time'],
    ['操作', 'Act'],
    ['对象', 'What'],
    ['人员', 'Who'],
    ['理由', 'Why'],
  ];
  const table = h(
    'div',
    { class: 'table-frame' },
    h(
      'table',
      null,
      h('thead', null, h('tr', null, ...heads.map(([zh = '', en = '']) => h('th', { scope: 'col' }, words(zh, en))))),
      body,
    ),
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
  const type = textOf(typeTexts, row.type);
  const who = textOf(kindTexts, event.by.kind);
  return h(
    'tr',
    null,
    h('td', { class: 'mono' }, hallTime(hall, row.at)),
    h('td', null, words(type.zh, type.en)),
    h('td', null, whatOf(hall, event)),
    h('td', null, words(who.zh, event.by.id)),
    h('td', { class: 'why' }, event.why ?? event.reason ?? event.outcome ?? ''),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {any} event */
function whatOf(hall, event) {
  const sign = (/** @type {string} */ id) =>
    `${hall.rules?.windows.find((/** @type {any} */ each) => each.id === id)?.number ?? id} 号窗口`;
  const service = (/** @type {string} */ id) =>
    hall.rules?.services.find((/** @type {any} */ each) => each.id === id)?.name.zh ?? id;
  const parts = [];
  if (event.ticket) parts.push(event.ticket.slice(11));
  if (event.serving) parts.push(event.serving.slice(11));
  if (event.window) parts.push(sign(event.window));
  if (event.appointment) parts.push(event.appointment);
  if (event.complaint) parts.push(event.complaint);
  if (event.role) parts.push(`→ ${textOf(windowRoleTexts, event.role).zh}`);
  if (event.class) parts.push(`→ ${textOf(classTexts, event.class).zh}`);
  if (event.copy) parts.push(`第 ${event.copy} 张`);
  if (event.serves) {
    const served =
      event.serves === 'all' ? ['全部'] : event.serves.map((/** @type {any} */ each) => service(each.service));
    parts.push(`→ ${served.join('、')}`);
  }
  if (event.to) parts.push(`→ ${'window' in event.to ? sign(event.to.window) : service(event.to.service)}`);
  return parts.join(' ');
}
