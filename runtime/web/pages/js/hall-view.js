// @ts-check
/** The board over the hall, and who waits for what. */
import { showsLine, updateShows } from './board-shows.js';
import { h, keepList, setData, setText, textSpan, words } from './dom.js';
import { LedPanel } from './led.js';
import { faultTool, machinesWhere, pulledOut } from './machines.js';
import { t } from './text.js';
import { waitText } from './times.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountHallBoard(box, hall) {
  const glass = h('div', { class: 'glass wide' });
  const led = new LedPanel(5, 190).into(glass);
  const mine = () => machinesWhere(hall, (each) => each.part === 'board' && each.window === null);
  const shows = showsLine();
  const calls = h('ol', { class: 'last-calls' });
  box.className = 'hall-board card';
  box.append(
    h(
      'header',
      null,
      h('h2', null, words('hall-view.board')),
      h('span', { class: 'hint' }, words('hall-view.silent')),
      faultTool(hall, mine, t('hall-view.board')),
    ),
    glass,
    shows,
    calls,
  );
  hall.watch(['machine/', 'device/', 'hall'], () => {
    const board = mine()[0];
    led.show(board?.look);
    setData(glass, 'unplugged', pulledOut(board) ? t('fault.port-gone') : undefined);
    glass.hidden = board === undefined;
    updateShows(shows, hall.get(`device/${board?.node}/${board?.device}`));
    const latest = hall.get('hall')?.calls ?? [];
    led.canvas.setAttribute(
      'aria-label',
      `${t('hall-view.board')}: ${latest.map((/** @type {any} */ call) => `${call.number} → ${call.window_number}`).join(', ')}`,
    );
    keepList(
      calls,
      latest.slice(0, 6),
      (call) => `${call.number}/${call.call}/${call.window}`,
      (call) =>
        h('li', null, h('b', null, call.number), h('span', null, t('common.window-n', { number: call.window_number }))),
      () => {},
    );
  });
}

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountQueues(box, hall) {
  box.className = 'queues';
  const total = h('b', { class: 'total' });
  const tiles = h('div', { class: 'queue-tiles' });
  box.append(h('h2', null, words('common.waiting'), total), tiles);
  hall.watch(['service/', 'rules', 'ticket/', 'hall'], () => {
    const tickets = hall.under('ticket/');
    const services = hall.rules?.services ?? [];
    // Rows of equal length: twelve services in two rows of six, eight in one row.
    setData(tiles, 'columns', services.length > 8 ? '6' : '8');
    setText(total, String(hall.get('hall')?.waiting ?? 0));
    keepList(
      tiles,
      services,
      (service) => service.id,
      (service) =>
        h(
          'article',
          { class: 'queue card', data: { service: service.id } },
          h('div', { class: 'queue-head' }, textSpan(service.name), h('b', { class: 'count' })),
          h('div', { class: 'queue-foot' }, h('span', { class: 'wait' }), h('span', { class: 'next' })),
        ),
      (tile, service) => {
        const view = hall.get(`service/${service.id}`);
        const count = view?.waiting ?? 0;
        setText(tile.querySelector('.count'), String(count));
        setData(tile, 'empty', count === 0 ? 'yes' : undefined);
        setData(tile, 'issuing', view?.issuing);
        const wait = count > 0 ? waitText(view?.wait) : '';
        setText(
          tile.querySelector('.wait'),
          view?.issuing === 'closed' ? (view.message ?? t('hall-view.not-issuing')) : wait,
        );
        const waiting = tickets
          .filter((ticket) => ticket.service === service.id && /^waiting/.test(ticket.stage))
          .sort((a, b) => a.issuedAt - b.issuedAt);
        setText(
          tile.querySelector('.next'),
          waiting
            .slice(0, 2)
            .map((ticket) => ticket.number)
            .join('  '),
        );
      },
    );
  });
}
