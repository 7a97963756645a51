// @ts-check
/** The kiosks: eight buttons with lamps, and the paper that came out, drawn from the printer's own bytes. */
import { h, keepList, setData, setText, words } from './dom.js';
import { faultTool, keyButton, keysOf, machinesWhere, updateLamps } from './machines.js';
import { paperOutlet, updateOutlet } from './papers.js';
import { kioskName } from './places.js';
import { makeScanner, scannerOf, updateScanner } from './scanners.js';
import { local, t } from './text.js';

const ticketWords = t('kiosks.ticket');

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountKiosks(box, hall) {
  box.append(h('h2', null, words('kiosks.take-a-number')));
  const list = h('div', { class: 'kiosk-list' });
  box.append(list);
  hall.watch(['machine/', 'rules', 'device/', 'place/', 'service/'], () => {
    const panels = machinesWhere(hall, (each) => each.part === 'panel');
    keepList(
      list,
      panels,
      (panel) => panel.id,
      (panel) => makeKiosk(hall, panel),
      (card, panel) => updateKiosk(hall, card, panel),
    );
  });
}

/** What is written on a button; nothing is guessed: without a label the button shows its own name. @param {any} panel @param {string} key */
function captionOf(panel, key) {
  return panel.labels?.[key] === undefined ? key : local(panel.labels[key]);
}

/** @param {any} hall @param {any} panel */
function makeKiosk(hall, panel) {
  const mine = () =>
    machinesWhere(
      hall,
      (each) => each.node === panel.node && (each.device === panel.device || each.part === 'scanner'),
    );
  const keys = h(
    'div',
    { class: 'kiosk-keys' },
    ...keysOf(panel).map(({ key }) => keyButton(panel, key, captionOf(panel, key), 'service-key')),
  );
  return h(
    'article',
    { class: 'kiosk card', data: { kiosk: panel.device } },
    h(
      'header',
      null,
      h('h3', null),
      h('span', { class: 'chip' }),
      faultTool(hall, mine, kioskName(hall, panel.node, panel.device)),
    ),
    h('p', { class: 'kiosk-hint' }, words('kiosks.press')),
    keys,
    paperOutlet(),
  );
}

/** @param {any} hall @param {HTMLElement} card @param {any} panel */
function updateKiosk(hall, card, panel) {
  updateLamps(card, panel);
  setText(/** @type {Element} */ (card.querySelector('h3')), kioskName(hall, panel.node, panel.device));
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll('.service-key'))) {
    const text = captionOf(panel, button.dataset.key ?? '');
    const caption = button.querySelector('.text');
    if (caption !== null) setText(caption, text);
  }
  const device = hall.get(`device/${panel.node}/${panel.device}`);
  const chip = /** @type {HTMLElement} */ (card.querySelector('.chip'));
  const fault = device?.faults?.find((/** @type {any} */ each) => each.severity === 'error');
  const busy = device?.state === 'busy';
  const dark = keysOf(panel).every(({ lamp }) => lamp === 'off');
  const [kind, state = ''] = fault
    ? ['bad', t('kiosks.out-of-service')]
    : busy
      ? ['busy', t('kiosks.printing')]
      : dark
        ? ['busy', t('kiosks.not-issuing')]
        : ['good', t('kiosks.ready')];
  setData(chip, 'kind', kind);
  setText(chip, state);
  const printer = machinesWhere(
    hall,
    (each) => each.node === panel.node && each.device === panel.device && each.part === 'printer',
  )[0];
  const scanner = scannerOf(hall, panel.node);
  if (scanner !== undefined) {
    if (card.querySelector('.scanner-box') === null) card.querySelector('.kiosk-keys')?.after(makeScanner(scanner));
    updateScanner(hall, /** @type {HTMLElement} */ (card.querySelector('.scanner-box')), scanner);
  }
  if (printer !== undefined) updateOutlet(card, printer, ticketWords);
}
