// @ts-check
/** The manager's view: the hall now in figures and windows, and a day under them. */
import { minutes, mountDayReport, percent, rowOf } from './day-report.js';
import { h, keepList, setData, setText, textSpan, words } from './dom.js';
import { named, t } from './text.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall @param {any} session */
export function mountManager(box, hall, session) {
  const figures = h('div', { class: 'figures' });
  const windows = h('div', { class: 'window-strip' });
  const report = h('div', { class: 'day-report' });
  box.append(figures, windows, report);
  /** @type {import('./day-report.js').Reports} */
  let shown = {};
  const took = (/** @type {import('./day-report.js').Reports} */ reports) => {
    shown = reports;
    update();
  };
  const mayAsk = session.person?.kind === 'supervisor';
  const day = mayAsk ? mountDayReport(report, hall, took) : undefined;
  if (!mayAsk) report.append(h('p', { class: 'empty' }, words('manager.sign-in')));
  const update = () => {
    const rules = hall.rules;
    if (rules === undefined) return;
    keepList(
      figures,
      figuresOf(hall, shown),
      (item) => item.id,
      (item) => h('article', { class: 'figure card', data: { figure: item.id } }, textSpan(item.text), h('b', null)),
      (tile, item) => setText(tile.querySelector('b'), item.value),
    );
    keepList(
      windows,
      rules.windows,
      (/** @type {any} */ window) => window.id,
      (/** @type {any} */ window) =>
        h(
          'article',
          { class: 'window-tile card' },
          h('b', null, String(window.number)),
          h('span', { class: 'now-number' }),
          h('span', { class: 'now-state' }),
        ),
      (tile, /** @type {any} */ window) => {
        const view = hall.get(`window/${window.id}`);
        const state = view === undefined ? 'closed' : (view.call?.status ?? view.state);
        const text = named('window-state', state);
        setData(tile, 'state', state);
        setText(tile.querySelector('.now-number'), view?.call?.number ?? '—');
        setText(tile.querySelector('.now-state'), text);
      },
    );
  };
  hall.watch(['window/', 'hall', 'rules'], update);
  return () => day?.refresh();
}

/** @param {import('./live.js').LiveHall} hall @param {import('./day-report.js').Reports} reports */
function figuresOf(hall, reports) {
  const views = hall.under('window/');
  const [visits, waits, ratings] = ['visits', 'waits', 'ratings'].map((name) => rowOf(reports, name, 'all'));
  return [
    { id: 'waiting', text: t('common.waiting'), value: String(hall.get('hall')?.waiting ?? 0) },
    {
      id: 'serving',
      text: t('manager.being-served'),
      value: String(views.filter((view) => view.call?.status === 'serving').length),
    },
    {
      id: 'open',
      text: t('manager.windows-open'),
      value: `${views.filter((view) => view.state === 'open').length}/${views.length}`,
    },
    { id: 'issued', text: t('manager.numbers'), value: visits === undefined ? '—' : String(visits.issued) },
    { id: 'wait', text: t('manager.average-wait'), value: minutes(waits?.mean_s) },
    { id: 'p90', text: t('manager.p90'), value: minutes(waits?.p90_s) },
    {
      id: 'content',
      text: t('common.satisfied'),
      value: ratings === undefined ? '—' : percent(ratings.level_5 + ratings.level_4, ratings.rated),
    },
  ];
}
