// @ts-check
/** One day of a hall by service, matter, department, window, clerk, class or hour: a picture, a table, and files to take away. */
import { authHeaders, read } from './api.js';
import { barsAndLine, levelBar, waitBar } from './charts.js';
import { h, textSpan, toast, words } from './dom.js';
import { named, t } from './text.js';

const reportEveryMs = 20_000;
const levels = [1, 2, 3, 4, 5];
const cuts = [
  { id: 'service', text: t('common.service') },
  { id: 'matter', text: t('day-report.matter') },
  { id: 'department', text: t('day-report.department') },
  { id: 'window', text: t('day-report.window') },
  { id: 'clerk', text: t('day-report.clerk') },
  { id: 'class', text: t('common.class') },
  { id: 'hour', text: t('day-report.hour') },
];
/** What the page shows of the hub's reports. */
const shownReports = ['visits', 'waits', 'services', 'ratings', 'press_to_shown', 'promise'];
/** What can be taken away, each a table of its own. */
const files = [
  'visits',
  'waits',
  'services',
  'ratings',
  'rating_reasons',
  'calls',
  'press_to_shown',
  'promise',
  'number_to_certificate',
  'certificate_waits',
  'walks',
  'follow_ups',
  'complaints',
  'assistances',
];

/** @typedef {Record<string, any[]>} Reports */

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {(reports: Reports) => void} told */
export function mountDayReport(box, hall, told) {
  let cut = 'service';
  /** @type {{day: string, reports: Reports} | undefined} */
  let report;
  const days = h('input', { type: 'date', 'aria-label': t('day-report.day') });
  const groups = h(
    'div',
    { class: 'subtabs', role: 'group', 'aria-label': t('day-report.grouped-by') },
    ...cuts.map((each) =>
      h(
        'button',
        { type: 'button', class: 'toggle', data: { group: each.id }, onclick: () => choose(each.id) },
        textSpan(each.text),
      ),
    ),
  );
  const which = h(
    'select',
    { 'aria-label': t('day-report.export') },
    ...files.map((name) => h('option', { value: name }, named('report', name))),
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
      t('day-report.export-as', { format: format.toUpperCase() }),
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
    hours.replaceChildren(h('h3', null, words('day-report.hours')), hourChart(hall.rules, { day, reports, room }));
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
    else trouble.replaceChildren(words('day-report.hub-away'));
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
  if (response?.ok !== true) return toast(t('day-report.not-exported'), 'bad');
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
  return seconds < 60
    ? t('day-report.seconds', { count: Math.round(seconds) })
    : t('day-report.minutes', { count: (seconds / 60).toFixed(seconds < 600 ? 1 : 0) });
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
  if (hours.length === 0) return h('p', { class: 'empty' }, words('day-report.none'));
  const places = [];
  for (let hour = Math.min(...hours); hour <= Math.max(...hours); hour++) {
    const issued = rowOf(reports, 'visits', 'hour', hour)?.issued ?? 0;
    const wait = rowOf(reports, 'waits', 'hour', hour)?.mean_s ?? null;
    places.push({
      name: t('day-report.hour-name', { hour }),
      bar: issued,
      line: wait === null ? null : wait / 60,
      tip: t('day-report.hour-tip', { hour, issued, wait: minutes(wait) }),
    });
  }
  const label = t('day-report.hours-label');
  return h(
    'div',
    { class: 'chart-frame' },
    barsAndLine({ label, width: room, places, barUnit: t('day-report.issued'), lineUnit: t('day-report.wait-unit') }),
  );
}

/** @param {import('./live.js').LiveHall} hall @param {string} cut @param {Reports} reports */
function cutTable(hall, cut, reports) {
  const title = cuts.find((each) => each.id === cut);
  const heads = [
    title?.text ?? '',
    t('day-report.issued'),
    t('day-report.services'),
    t('day-report.missed'),
    t('day-report.wait'),
    '',
    t('day-report.service-time'),
    t('day-report.ratings'),
    t('common.satisfied'),
    t('day-report.not-offered'),
  ];
  const keys = keysOf(hall, cut, reports);
  const most = Math.max(1, ...keys.map((key) => rowOf(reports, 'waits', cut, key)?.p90_s ?? 0));
  const lines = keys.map((key) => line(reports, cut, { key, name: nameOf(hall, cut, key), most }));
  const none = h('tr', null, h('td', { colspan: heads.length, class: 'empty' }, t('day-report.none')));
  return h(
    'table',
    null,
    h('thead', null, h('tr', null, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
    h('tbody', null, ...(lines.length === 0 ? [none] : lines)),
    h('tfoot', null, line(reports, 'all', { key: '', name: textSpan(t('day-report.all')), most })),
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
  if (cut === 'class') return textSpan(named('class', key));
  return named === undefined ? key : textSpan(named.name);
}

/** A cell is empty where this cut does not count such a thing. @param {Reports} reports @param {string} cut @param {{key: string, name: any, most: number}} what */
function line(reports, cut, { key, name, most }) {
  const [visits, waits, services, ratings] = ['visits', 'waits', 'services', 'ratings'].map((report) =>
    rowOf(reports, report, cut, key),
  );
  const given = ratings === undefined ? [] : levels.map((level) => ratings[`level_${level}`] ?? 0);
  const cell = (/** @type {any} */ content, picture = false) =>
    h('td', picture ? { class: 'pictured' } : null, content);
  const said = t('day-report.wait-label', { mean: minutes(waits?.mean_s), p90: minutes(waits?.p90_s) });
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
    cell(ratings === undefined ? '' : levelBar(given, t('day-report.levels-label', { counts: given.join(' ') })), true),
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
      words('day-report.promise', {
        visits: promise.visits,
        within7: percent(promise.within_7_min, promise.visits),
        within20: percent(promise.within_20_min, promise.visits),
      }),
    );
  if (shown?.count > 0)
    said.push(
      words('day-report.shown', { mean: Math.round(shown.mean_s * 1000), p90: Math.round(shown.p90_s * 1000) }),
    );
  return said;
}
