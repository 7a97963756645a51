// @ts-check
/** Where a paper may come out, and what became of it. */
import { command } from './api.js';
import { h, words } from './dom.js';
import { placeOf } from './places.js';
import { t } from './text.js';

/** The printers that take a desk's order now, as options. @param {import('./live.js').LiveHall} hall */
export function printersOf(hall) {
  return hall
    .under('device/')
    .filter((device) => device.role === 'ticket-kiosk' || device.role === 'slip-printer')
    .sort((a, b) => Number(a.role !== 'ticket-kiosk') - Number(b.role !== 'ticket-kiosk'))
    .map((device) => ({
      value: `${device.node}/${device.device}`,
      text: placeOf(hall, device),
      ready:
        ['ready', 'busy'].includes(device.state) &&
        !device.faults.some((/** @type {any} */ one) => one.severity === 'error'),
    }));
}

/** @param {string} value @returns {{node: string, device: string} | undefined} */
export function printAt(value) {
  const [node, device] = value.split('/');
  return node !== undefined && device !== undefined ? { node, device } : undefined;
}

/** A choice of printers that follows what is ready; the first is `byHand`. @param {import('./live.js').LiveHall} hall @param {string} byHand */
export function printerChoice(hall, byHand) {
  const select = h('select', { 'aria-label': t('common.paper') });
  let shown = '';
  hall.watch(['device/', 'rules'], () => {
    const printers = printersOf(hall);
    const key = JSON.stringify(printers);
    if (key === shown) return;
    shown = key;
    const before = select.value;
    select.replaceChildren(
      h('option', { value: '' }, byHand),
      ...printers.map((printer) =>
        h(
          'option',
          { value: printer.value, disabled: !printer.ready },
          printer.ready ? printer.text : `${printer.text} · ${t('paper.fault')}`,
        ),
      ),
    );
    select.value = printers.some((printer) => printer.value === before) ? before : '';
  });
  return select;
}

/**
 * One line about a paper: it came, or why not and what to do now.
 * @param {import('./live.js').LiveHall} hall @param {any} result @param {string} at
 */
export function paperLine(hall, result, at) {
  const { paper } = result;
  if (paper === undefined) return h('p', { class: 'paper-line' }, words('paper.by-hand'));
  const place = printersOf(hall).find((printer) => printer.value === at);
  const where = { place: place?.text ?? '' };
  if (paper.verdict === 'printed')
    return h('p', { class: 'paper-line', data: { kind: 'good' } }, words('paper.printed', where));
  if (paper.verdict === 'unknown')
    return h('p', { class: 'paper-line', data: { kind: 'warn' } }, words('paper.look', where));
  if (paper.verdict === 'not-printed')
    return h('p', { class: 'paper-line', data: { kind: 'bad' } }, words('paper.void', where));
  const line = h(
    'p',
    { class: 'paper-line', data: { kind: 'bad' } },
    words('paper.not-printed', { ...where, why: paper.message }),
    h(
      'button',
      {
        type: 'button',
        class: 'quiet small',
        onclick: async () => {
          const answer = await command('HandTicket', { ticket: result.ticket }, 'desk');
          if (answer.ok) line.replaceWith(paperLine(hall, { ...result, paper: undefined }, ''));
        },
      },
      words('common.by-hand'),
    ),
    ...printersOf(hall)
      .filter((printer) => printer.ready && printer.value !== at)
      .map((printer) =>
        h(
          'button',
          {
            type: 'button',
            class: 'quiet small',
            onclick: async () => {
              const answer = await command(
                'PrintTicket',
                { ticket: result.ticket, print_at: printAt(printer.value) },
                'desk',
              );
              if (answer.ok) line.replaceWith(paperLine(hall, answer.result, printer.value));
            },
          },
          words('paper.at', { place: printer.text }),
        ),
      ),
  );
  return line;
}
