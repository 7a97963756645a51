// @ts-check
/** One day of a hall by service, matter, department, window, clerk, class or hour: a picture, a table, and files to take away. */
import { authHeaders, read } from './api.js';
import { barsAndLine, levelBar, waitBar } from './charts.js';
import { both, h, toast, words } from './dom.js';
import { classTexts, textOf } from './texts.js';

const reportEveryMs = 20_000;
const levels = [1, 2, 3, 4, 5];
const cuts = [
  { id: 'service', zh: '业务', en: 'Service' },
  { id: 'matter', zh: '事项', en: 'Matter' },
  { id: 'department', zh: '部门', en: 'Department' },
  { id: 'window', zh: '窗口', en: 'Window' },
  { id: 'clerk', zh: '工号', en: 'Clerk' },
  { id: 'class', zh: '类别', en: 'Class' },
  { id: 'hour', zh: '时段', en: 'Hour' },
];
/** What the page shows of the hub's reports. */
const shownReports = ['visits', 'waits', 'services', 'ratings', 'press_to_shown', 'promise'];
/** What can be taken away, each a table of its own. */
const files = [
  ['visits', '取号与去向'],
  ['waits', '等候'],
  ['services', '办理时长'],
  ['ratings', '评价'],
  ['rating_reasons', '低分原因'],
  ['calls', '叫号'],
  ['press_to_shown', '叫号到显示'],
  ['promise', '7/20 分钟承诺'],
  ['number_to_certificate', '取号到取证'],
  ['certificate_waits', '取证等候'],
  ['walks', '到窗时间'],
  ['follow_ups', '低分回访'],
  ['complaints', '投诉建议'],
  ['assistances', '帮办引导'],
];

/** @typedef {Record<string, any[]>} Reports */

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {(reports: Reports) => void} told */
export function mountDayReport(box, hall, told) {
  let cut = 'service';
  /** @type {{day: string, reports: Reports} | undefined} */
  let report;
  const days = h('input', { type: 'date', 'aria-label': '日期 · Day' });
  const groups = h(
    'div',
    { class: 'subtabs', role: 'group', 'aria-label': '分组 · Grouped by' },
    ...cuts.map((each) =>
      h(
        'button',
        { type: 'button', class: 'toggle', data: { group: each.id }, onclick: () => choose(each.id) },
        words(each.zh, each.en),
      ),
    ),
  );
  const which = h(
    'select',
    { 'aria-label': '导出 · Export' },
    ...files.map(([name = '', zh = '']) => h('option', { value: name }, zh)),
  );
  const saves = ['csv', 'json'].map((format) =>
    h(
      'button',
      {
        type: 'button',
        class: 'quiet small',
        data: { export: format },
        onclick: () => save(which.value, format, days.value),
      },
      `导出 ${format.toUpperCase()}`,
    ),
  );
  const trouble = h('p', { class: 'empty', hidden: true });
  const hours = h('article', { class: 'card chart-card' });
  const table = h('article', { class: 'card table-card' });
  const feet = h('p', { class: 'hint boards' });
  box.append(
    h('div', { class: 'report-head' }, days, groups, h('span', { class: 'gap' }), which, ...saves),
    trouble,
    hours,
    table,
    feet,
  );

  const show = () => {
    for (const button of groups.children)
      button.setAttribute('aria-pressed', String(/** @type {HTMLElement} */ (button).dataset.group === cut));
    if (report === undefined || hall.rules === undefined) return;
    const { day, reports } = report;
    if (days.value === '') days.value = day;
    const room = Math.max(460, hours.clientWidth - 34);
    hours.replaceChildren(
      h('h3', null, words('各时段取号与等候', 'Numbers and waits by hour')),
      hourChart(hall.rules, { day, reports, room }),
    );
    table.replaceChildren(h('div', { class: 'table-frame' }, cutTable(hall, cut, reports)));
    feet.replaceChildren(...footOf(reports));
  };
  const refresh = async () => {
    const query = new URLSearchParams({
      report: shownReports.join(','),
      ...(days.value === '' ? {} : { day: days.value }),
    });
    const answer = await read(`/reports?${query}`).catch(() => undefined);
    const well = answer?.status === 200;
    trouble.hidden = well;
    if (well) report = { day: answer.body.from, reports: answer.body.reports };
    else trouble.replaceChildren(words('日报暂不可用：中枢离线。', 'No report while the hub is away.'));
    if (well) told(answer.body.reports);
    show();
  };
  const choose = (/** @type {string} */ id) => {
    cut = id;
    show();
  };
  days.addEventListener('change', () => void refresh());
  hall.watch(['rules'], show);
  void refresh();
  setInterval(() => box.offsetParent !== null && !document.hidden && void refresh(), reportEveryMs);
  return { refresh };
}

/** @param {string} report @param {string} format @param {string} day */
async function save(report, format, day) {
  const query = new URLSearchParams({ report, format, ...(day === '' ? {} : { day }) });
  const response = await fetch(`/api/v1/reports?${query}`, { headers: authHeaders() }).catch(() => undefined);
  if (response?.ok !== true) return toast('未能导出', 'not exported', 'bad');
  const name =
    /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? `${report}.${format}`;
  const link = h('a', { href: URL.createObjectURL(await response.blob()), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
  return undefined;
}

/** @param {Reports} reports @param {string} name @param {string} cut @param {string | number} [key] */
export function rowOf(reports, name, cut, key = '') {
  return reports[name]?.find((row) => row.by === cut && String(row.key) === String(key));
}

/** @param {number} part @param {number} whole */
export const percent = (part, whole) => (!whole ? '—' : `${Math.round((part / whole) * 100)}%`);

/** @param {number | null | undefined} seconds */
export function minutes(seconds) {
  if (seconds === undefined || seconds === null) return '—';
  return seconds < 60 ? `${Math.round(seconds)}秒` : `${(seconds / 60).toFixed(seconds < 600 ? 1 : 0)}分`;
}

/** Over the hall's opening hours, and whatever lies outside them. @param {any} rules @param {{day: string, reports: Reports, room: number}} what */
function hourChart(rules, { day, reports, room }) {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const spans = rules.calendar.exceptions[day] ?? rules.calendar.week[weekday] ?? [];
  const counted = [...(reports.visits ?? []), ...(reports.waits ?? [])].filter((row) => row.by === 'hour');
  const hours = [
    ...counted.map((row) => Number(row.key)),
    ...spans.flatMap((/** @type {any} */ span) => [Math.floor(span.from / 60), Math.ceil(span.to / 60) - 1]),
  ];
  if (hours.length === 0) return h('p', { class: 'empty' }, words('当日尚无。', 'None yet.'));
  const places = [];
  for (let hour = Math.min(...hours); hour <= Math.max(...hours); hour++) {
    const issued = rowOf(reports, 'visits', 'hour', hour)?.issued ?? 0;
    const wait = rowOf(reports, 'waits', 'hour', hour)?.mean_s ?? null;
    places.push({
      name: `${hour}时`,
      bar: issued,
      line: wait === null ? null : wait / 60,
      tip: `${hour}:00 · ${issued} 个号 · 平均等候 ${minutes(wait)}`,
    });
  }
  const label = '各时段取号与平均等候 · numbers and mean waits by hour';
  return h(
    'div',
    { class: 'chart-frame' },
    barsAndLine({ label, width: room, places, barUnit: '取号', lineUnit: '等候/分' }),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {string} cut @param {Reports} reports */
function cutTable(hall, cut, reports) {
  const title = cuts.find((each) => each.id === cut);
  const heads = [
    [title?.zh ?? '', title?.en ?? ''],
    ['取号', 'Issued'],
    ['办理', 'Services'],
    ['过号', 'Missed'],
    ['平均等候 · 九成', 'Mean wait, nine in ten'],
    ['', ''],
    ['平均办理', 'Service'],
    ['评价', 'Ratings'],
    ['满意率', 'Satisfied'],
    ['未提供评价', 'Not offered'],
  ];
  const keys = keysOf(hall, cut, reports);
  const most = Math.max(1, ...keys.map((key) => rowOf(reports, 'waits', cut, key)?.p90_s ?? 0));
  const lines = keys.map((key) => line(reports, cut, { key, name: nameOf(hall, cut, key), most }));
  const none = h('tr', null, h('td', { colspan: heads.length, class: 'empty' }, '尚无 · none yet'));
  return h(
    'table',
    null,
    h('thead', null, h('tr', null, ...heads.map(([zh = '', en = '']) => h('th', { scope: 'col' }, words(zh, en))))),
    h('tbody', null, ...(lines.length === 0 ? [none] : lines)),
    h('tfoot', null, line(reports, 'all', { key: '', name: both({ zh: '合计', en: 'All' }), most })),
  );
}

/** In the order of the hall, not of the alphabet. @param {import('./live.js').LiveHall} hall @param {string} cut @param {Reports} reports @returns {string[]} */
function keysOf(hall, cut, reports) {
  const found = new Set(
    shownReports.flatMap((name) =>
      (reports[name] ?? []).flatMap((row) => (row.by === cut && row.key !== '' ? [String(row.key)] : [])),
    ),
  );
  const places = new Map(
    listOf(hall.rules, cut).map((/** @type {any} */ each, /** @type {number} */ at) => [each.id, at]),
  );
  const at = (/** @type {string} */ key) => places.get(key) ?? places.size;
  return [...found].sort((a, b) => at(a) - at(b) || a.localeCompare(b, 'en', { numeric: true }));
}

/** @param {any} rules @param {string} cut @returns {any[]} */
function listOf(rules, cut) {
  const lists = {
    service: rules.services,
    matter: rules.matters,
    department: rules.departments,
    window: rules.windows,
  };
  return lists[/** @type {keyof typeof lists} */ (cut)] ?? [];
}

/** @param {import('./live.js').LiveHall} hall @param {string} cut @param {string} key */
function nameOf(hall, cut, key) {
  const named = listOf(hall.rules, cut).find((each) => each.id === key);
  if (cut === 'window') return String(named?.number ?? key);
  if (cut === 'hour') return `${key}:00`;
  if (cut === 'class') return both(textOf(classTexts, key));
  return named === undefined ? key : both(named.name);
}

/** A cell is empty where this cut does not count such a thing. @param {Reports} reports @param {string} cut @param {{key: string, name: any, most: number}} what */
function line(reports, cut, { key, name, most }) {
  const [visits, waits, services, ratings] = ['visits', 'waits', 'services', 'ratings'].map((report) =>
    rowOf(reports, report, cut, key),
  );
  const given = ratings === undefined ? [] : levels.map((level) => ratings[`level_${level}`] ?? 0);
  const cell = (/** @type {any} */ content, picture = false) =>
    h('td', picture ? { class: 'pictured' } : null, content);
  const said = `平均 ${minutes(waits?.mean_s)}，九成 ${minutes(waits?.p90_s)}`;
  return h(
    'tr',
    { data: { key } },
    cell(name),
    cell(String(visits?.issued ?? '')),
    cell(String(services?.count ?? '')),
    cell(String(visits?.missed ?? '')),
    cell(waits === undefined ? '' : `${minutes(waits.mean_s)} · ${minutes(waits.p90_s)}`),
    cell(waits === undefined ? '' : waitBar(waits.mean_s, waits.p90_s, most, said), true),
    cell(services === undefined ? '' : minutes(services.mean_s)),
    cell(ratings === undefined ? '' : levelBar(given, `评价 1 到 5 · ratings ${given.join(' ')}`), true),
    cell(ratings === undefined ? '' : percent((given[3] ?? 0) + (given[4] ?? 0), ratings.rated)),
    cell(ratings === undefined ? '' : percent(ratings.not_offered, ratings.services)),
  );
}

/** What was promised to visitors, and how soon the boards showed a call. @param {Reports} reports */
function footOf(reports) {
  const promise = rowOf(reports, 'promise', 'all');
  const shown = rowOf(reports, 'press_to_shown', 'all');
  const said = [];
  if (promise?.visits > 0)
    said.push(
      words(
        `办结 ${promise.visits} 人次：7 分钟内 ${percent(promise.within_7_min, promise.visits)}，20 分钟内 ${percent(promise.within_20_min, promise.visits)}。`,
        'done within 7 and within 20 minutes',
      ),
    );
  if (shown?.count > 0)
    said.push(
      words(
        `叫号到显示：平均 ${Math.round(shown.mean_s * 1000)} ms，九成 ${Math.round(shown.p90_s * 1000)} ms。`,
        'from the press to the board',
      ),
    );
  return said;
}
