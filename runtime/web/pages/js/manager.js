// @ts-check
/** The manager's view: who waits, what the windows do, and the day so far from the hub's own tables. */
import { read } from './api.js';
import { both, h, keepList, setData, setText, words } from './dom.js';
import { keyTexts, textOf, windowStateTexts } from './texts.js';

const reportEveryMs = 10_000;
const levels = [5, 4, 3, 2, 1];

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {any} session */
export function mountManager(box, hall, session) {
  const figures = h('div', { class: 'figures' });
  const windows = h('div', { class: 'window-strip' });
  const report = h('div', { class: 'report' });
  box.append(figures, windows, report);
  /** @type {any} */
  let today;
  const update = () => {
    const views = hall.under('window/');
    const rules = hall.rules;
    if (rules === undefined) return;
    const issued = sum(today?.tickets, 'issued');
    const rated = (today?.ratings ?? []).filter((/** @type {any} */ row) => row.level !== null);
    const ratings = sum(rated, 'ratings');
    const content = rated.filter((/** @type {any} */ row) => row.level >= 4);
    const items = [
      { id: 'waiting', zh: '等候', en: 'Waiting', value: String(hall.get('hall')?.waiting ?? 0) },
      {
        id: 'serving',
        zh: '正在办理',
        en: 'Being served',
        value: String(views.filter((view) => view.call?.status === 'serving').length),
      },
      {
        id: 'open',
        zh: '开放窗口',
        en: 'Windows open',
        value: `${views.filter((view) => view.state === 'open').length}/${views.length}`,
      },
      { id: 'issued', zh: '今日取号', en: 'Numbers today', value: issued === undefined ? '—' : String(issued) },
      { id: 'wait', zh: '平均等候', en: 'Average wait', value: minutes(weighted(today?.waits, 'wait_ms', 'calls')) },
      {
        id: 'content',
        zh: '满意率',
        en: 'Satisfied',
        value: ratings ? `${Math.round(((sum(content, 'ratings') ?? 0) / ratings) * 100)} %` : '—',
      },
    ];
    keepList(
      figures,
      items,
      (item) => item.id,
      (item) => h('article', { class: 'figure card', data: { figure: item.id } }, both(item), h('b', null)),
      (tile, item) => setText(tile.querySelector('b'), item.value),
    );
    keepList(
      windows,
      rules.windows,
      (window) => window.id,
      (window) =>
        h(
          'article',
          { class: 'window-tile card' },
          h('b', null, String(window.number)),
          h('span', { class: 'now-number' }),
          h('span', { class: 'now-state' }),
        ),
      (tile, window) => {
        const view = hall.get(`window/${window.id}`);
        const state = view === undefined ? 'closed' : (view.call?.status ?? view.state);
        const text = textOf(windowStateTexts, state);
        setData(tile, 'state', state);
        setText(tile.querySelector('.now-number'), view?.call?.number ?? '—');
        setText(tile.querySelector('.now-state'), `${text.zh} ${text.en}`);
      },
    );
    report.replaceChildren(...reportOf(rules, today));
  };
  const mayAsk = session.person?.kind === 'supervisor';
  const ask = async () => {
    if (!mayAsk) {
      today = { locked: true };
      update();
      return;
    }
    const answer = await read('/reports/today').catch(() => undefined);
    today = answer?.status === 200 ? answer.body : undefined;
    update();
  };
  hall.watch(['window/', 'hall', 'rules'], update);
  void ask();
  setInterval(() => void (box.isConnected && !document.hidden && ask()), reportEveryMs);
}

/** @param {any[] | null | undefined} rows @param {string} field */
function sum(rows, field) {
  return rows?.reduce((total, row) => total + Number(row[field]), 0);
}

/** @param {any[] | null | undefined} rows @param {string} field @param {string} by */
function weighted(rows, field, by) {
  const weight = sum(rows, by);
  if (!rows || !weight) return undefined;
  return rows.reduce((total, row) => total + Number(row[field]) * Number(row[by]), 0) / weight;
}

/** @param {number | null | undefined} ms */
function minutes(ms) {
  return ms === undefined || ms === null ? '—' : `${(ms / 60_000).toFixed(1)} 分`;
}

/** @param {any} rules @param {any} today */
function reportOf(rules, today) {
  if (today === undefined)
    return [h('p', { class: 'empty' }, words('日报暂不可用：中枢离线。', 'No report while the hub is away.'))];
  if (today.locked)
    return [
      h('p', { class: 'empty' }, words('日报需主管登录后查看。', 'Sign in as a supervisor to see the day’s report.')),
    ];
  const service = new Map(rules.services.map((/** @type {any} */ each) => [each.id, each.name]));
  const number = new Map(rules.windows.map((/** @type {any} */ each) => [each.id, each.number]));
  /** As the hall counts its windows. @param {any} a @param {any} b */
  const byNumber = (a, b) => (number.get(a) ?? 0) - (number.get(b) ?? 0);
  const order = [...service.keys()];
  const ratingsOf = (/** @type {string} */ window, /** @type {number} */ level) =>
    sum(
      (today.ratings ?? []).filter((/** @type {any} */ row) => row.window === window && row.level === level),
      'ratings',
    ) ?? 0;
  const rated = [...new Set((today.ratings ?? []).map((/** @type {any} */ row) => row.window))].sort(byNumber);
  return [
    table(
      ['取号与办理', 'Numbers and services'],
      [
        ['业务', 'Service'],
        ['取号', 'Issued'],
        ['已办', 'Served'],
        ['过号', 'Missed'],
        ['作废', 'Void'],
      ],
      today.tickets?.toSorted(
        (/** @type {any} */ a, /** @type {any} */ b) => order.indexOf(a.service) - order.indexOf(b.service),
      ),
      (row) => [
        both(service.get(row.service) ?? { zh: row.service, en: '' }),
        row.issued,
        row.served,
        row.missed,
        row.voided,
      ],
    ),
    table(
      ['窗口', 'Windows'],
      [
        ['窗口', 'Window'],
        ['办理', 'Services'],
        ['平均', 'Average'],
        ['最长', 'Longest'],
        ['到窗', 'Walk'],
      ],
      today.windows?.toSorted((/** @type {any} */ a, /** @type {any} */ b) => byNumber(a.window, b.window)),
      (row) => [
        number.get(row.window) ?? row.window,
        row.services,
        minutes(row.service_ms),
        minutes(row.longest_ms),
        seconds(row.walk_ms),
      ],
    ),
    table(
      ['评价', 'Ratings'],
      [
        ['窗口', 'Window'],
        ...levels.map((level) => [keyTexts[`level-${level}`]?.zh ?? '', keyTexts[`level-${level}`]?.en ?? '']),
      ],
      today.ratings === null ? null : rated,
      (window) => [number.get(window) ?? window, ...levels.map((level) => ratingsOf(window, level))],
    ),
    table(
      ['显示屏', 'Boards'],
      [
        ['结果', 'Outcome'],
        ['呼叫', 'Calls'],
        ['平均', 'Average'],
        ['最长', 'Longest'],
      ],
      today.boards,
      (row) => [
        both(textOf(outcomes, row.outcome ?? 'none')),
        row.calls,
        `${Math.round(row.delay_ms ?? 0)} ms`,
        `${Math.round(row.longest_ms ?? 0)} ms`,
      ],
    ),
  ];
}

/** What became of a call at its board. @type {Record<string, {zh: string, en: string}>} */
const outcomes = {
  shown: { zh: '已显示（屏已应答）', en: 'shown, acknowledged' },
  sent: { zh: '已发送（单向屏）', en: 'sent, one-way board' },
  none: { zh: '未报告', en: 'not reported' },
};

/** @param {number | null | undefined} ms */
function seconds(ms) {
  return ms === undefined || ms === null ? '—' : `${Math.round(ms / 1000)} 秒`;
}

/** @param {string[]} title @param {string[][]} heads @param {any[] | null | undefined} rows @param {(row: any) => any[]} cells */
function table([zh = '', en = ''], heads, rows, cells) {
  const title = h('h3', null, words(zh, en));
  if (rows === null || rows === undefined)
    return h(
      'article',
      { class: 'card' },
      title,
      h('p', { class: 'empty' }, words('此库没有这张表。', 'This store has no such table.')),
    );
  const none = h('tr', null, h('td', { colspan: heads.length, class: 'empty' }, '今日尚无 · none yet today'));
  const body = rows.map((row) =>
    h('tr', null, ...cells(row).map((cell) => h('td', null, typeof cell === 'object' ? cell : String(cell)))),
  );
  const head = h(
    'tr',
    null,
    ...heads.map(([headZh = '', headEn = '']) => h('th', { scope: 'col' }, words(headZh, headEn))),
  );
  return h(
    'article',
    { class: 'card' },
    title,
    h('table', null, h('thead', null, head), h('tbody', null, ...(body.length > 0 ? body : [none]))),
  );
}
