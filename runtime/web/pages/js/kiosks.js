// @ts-check
/** The kiosks: eight buttons with lamps, and the paper that came out, drawn from the printer's own bytes. */
import { act } from './api.js';
import { h, keepList, setData, setText, words } from './dom.js';
import {
  faultTool,
  keyButton,
  keysOf,
  machinesWhere,
  papersOf,
  paperUrl,
  pulledOut,
  showPaper,
  updateLamps,
} from './machines.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountKiosks(box, hall) {
  box.append(h('h2', null, words('取号', 'Take a number')));
  const list = h('div', { class: 'kiosk-list' });
  box.append(list);
  hall.watch(['machine/', 'rules', 'device/', 'service/'], () => {
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
  return panel.labels?.[key] ?? { zh: key, en: '' };
}

/** @param {any} hall @param {any} panel */
function makeKiosk(hall, panel) {
  const mine = () => machinesWhere(hall, (each) => each.node === panel.node && each.device === panel.device);
  const number = /\d+/.exec(panel.device)?.[0] ?? panel.device;
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
      h('h3', null, words(`${number} 号取号机`, `Kiosk ${number}`)),
      h('span', { class: 'chip' }),
      faultTool(hall, mine, panel.device),
    ),
    h('p', { class: 'kiosk-hint' }, words('请按键选择业务', 'Press what you came for')),
    keys,
    h('div', { class: 'slot' }, h('i', { class: 'mouth' }), h('div', { class: 'paper-way' })),
    h('div', { class: 'slot-foot' }),
    h('div', { class: 'torn' }),
  );
}

/** @param {any} hall @param {HTMLElement} card @param {any} panel */
function updateKiosk(hall, card, panel) {
  updateLamps(card, panel);
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll('.service-key'))) {
    const text = captionOf(panel, button.dataset.key ?? '');
    const [zh, en] = [button.querySelector('.zh'), button.querySelector('.en')];
    if (zh !== null) setText(zh, text.zh);
    if (en !== null) setText(en, text.en);
  }
  const device = hall.get(`device/${panel.node}/${panel.device}`);
  const chip = /** @type {HTMLElement} */ (card.querySelector('.chip'));
  const fault = device?.faults?.find((/** @type {any} */ each) => each.severity === 'error');
  const busy = device?.state === 'busy';
  setData(chip, 'kind', fault ? 'bad' : busy ? 'busy' : 'good');
  chip.replaceChildren(
    fault ? words('暂停使用', 'Out of service') : busy ? words('打印中', 'Printing') : words('可用', 'Ready'),
  );
  const printer = machinesWhere(
    hall,
    (each) => each.node === panel.node && each.device === panel.device && each.part === 'printer',
  )[0];
  if (printer !== undefined) updatePaper(card, printer);
}

/** @param {HTMLElement} card @param {any} printer */
function updatePaper(card, printer) {
  // A paper still coming is shown when it stopped half-way: then it is what the technician finds.
  const stopped = (printer.look?.faults ?? []).length > 0;
  const papers = papersOf(printer).filter((paper) => !paper.printing || stopped);
  const hanging = papers.filter((paper) => !paper.torn);
  const torn = papers.filter((paper) => paper.torn).slice(0, 5);
  const newest = hanging[0];
  setData(card, 'unplugged', pulledOut(printer) ? 'yes' : undefined);
  keepList(
    /** @type {Element} */ (card.querySelector('.paper-way')),
    newest === undefined ? [] : [newest],
    (paper) => `${paper.id} ${paper.version}`,
    (paper) =>
      h(
        'button',
        {
          type: 'button',
          class: 'paper',
          title: '放大 · Enlarge',
          onclick: () => showPaper(printer, paper),
          data: { paper: paper.id },
        },
        h('img', { src: paperUrl(printer, paper), alt: '刚打印的号票 · The ticket just printed' }),
      ),
    () => {},
  );
  const foot = /** @type {HTMLElement} */ (card.querySelector('.slot-foot'));
  if (newest === undefined) foot.replaceChildren();
  else if (foot.childElementCount === 0)
    foot.append(
      h(
        'button',
        {
          type: 'button',
          class: 'primary',
          data: { act: 'tear', machine: printer.id },
          onclick: () => act(printer.id, { type: 'tear' }),
        },
        words('撕下号票', 'Tear off'),
      ),
    );
  keepList(
    /** @type {Element} */ (card.querySelector('.torn')),
    torn,
    (paper) => paper.id,
    (paper) =>
      h(
        'button',
        {
          type: 'button',
          class: 'scrap',
          title: '已取的号票 · A ticket taken',
          onclick: () => showPaper(printer, paper),
        },
        h('img', { src: paperUrl(printer, paper), alt: '已取的号票 · A ticket taken' }),
      ),
    () => {},
  );
}
