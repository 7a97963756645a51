// @ts-check
/** Where a paper may come out, and what became of it. */
import { command } from './api.js';
import { h, words } from './dom.js';
import { placeOf } from './places.js';

/** The printers that take a desk's order now, as options. @param {import('./live.js').LiveHall} hall */
export function printersOf(hall) {
  return hall
    .under('device/')
    .filter((device) => device.role === 'ticket-kiosk' || device.role === 'slip-printer')
    .sort((a, b) => Number(a.role !== 'ticket-kiosk') - Number(b.role !== 'ticket-kiosk'))
    .map((device) => ({
      value: `${device.node}/${device.device}`,
      ...placeOf(hall, device),
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

/** A choice of printers that follows what is ready; the first is `byHand`. @param {import('./live.js').LiveHall} hall @param {{zh: string, en: string}} byHand */
export function printerChoice(hall, byHand) {
  const select = h('select', { 'aria-label': '出票 · Paper' });
  let shown = '';
  hall.watch(['device/', 'rules'], () => {
    const printers = printersOf(hall);
    const key = JSON.stringify(printers);
    if (key === shown) return;
    shown = key;
    const before = select.value;
    select.replaceChildren(
      h('option', { value: '' }, `${byHand.zh} ${byHand.en}`),
      ...printers.map((printer) =>
        h(
          'option',
          { value: printer.value, disabled: !printer.ready },
          `${printer.zh} ${printer.en}${printer.ready ? '' : ' · 故障'}`,
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
  if (paper === undefined)
    return h('p', { class: 'paper-line' }, words('口头告知，已可叫号', 'Given by hand, may be called'));
  const place = printersOf(hall).find((printer) => printer.value === at);
  const where = place === undefined ? '' : ` ${place.zh}`;
  if (paper.verdict === 'printed')
    return h('p', { class: 'paper-line', data: { kind: 'good' } }, words(`✓ 已出票${where}`, 'printed'));
  if (paper.verdict === 'unknown')
    return h('p', { class: 'paper-line', data: { kind: 'warn' } }, words(`请查看纸票${where}`, 'look whether it came'));
  if (paper.verdict === 'not-printed')
    return h(
      'p',
      { class: 'paper-line', data: { kind: 'bad' } },
      words(`未出票，此号已作废，请重新取号${where}`, 'not printed, this number is void: issue again'),
    );
  const line = h(
    'p',
    { class: 'paper-line', data: { kind: 'bad' } },
    words(`未出票${where}`, `not printed: ${paper.message}`),
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
      words('口头告知', 'Give by hand'),
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
          words(`改在${printer.zh}`, printer.en),
        ),
      ),
  );
  return line;
}
