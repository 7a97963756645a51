// @ts-check
/** Paper out of a slot: what hangs there, tearing it off, and what was taken before; pictures of the printer's own bytes. */
import { act } from './api.js';
import { h, keepList, openDialog, setData, words } from './dom.js';
import { pulledOut } from './machines.js';
import { t } from './text.js';

/** @typedef {import('./machines.js').Machine} Machine */
/** @typedef {{id: string, torn: boolean, printing: boolean, version: string}} Paper */

/** Pieces of paper, newest first. @param {Machine} machine @returns {Paper[]} */
function papersOf(machine) {
  const given = machine.look?.papers;
  if (!Array.isArray(given)) return [];
  return given.map((paper) => ({
    id: String(paper.id),
    torn: paper.torn === true,
    printing: paper.printing === true,
    version: paper.printing === true ? String(paper.heightMm) : '',
  }));
}

/** A finished paper's picture never changes; one that is still growing has another address each time. @param {Machine} machine @param {Paper} paper */
const paperUrl = (machine, paper) =>
  `/bench/papers/${machine.id}/${encodeURIComponent(paper.id)}.png${paper.version === '' ? '' : `?mm=${paper.version}`}`;

/** @param {Machine} machine @param {Paper} paper */
function showPaper(machine, paper) {
  const picture = h('img', { src: paperUrl(machine, paper), alt: t('papers.ticket'), class: 'paper-large' });
  openDialog(t('papers.ticket'), picture);
}

export function paperOutlet() {
  return h(
    'div',
    { class: 'outlet' },
    h('div', { class: 'slot' }, h('i', { class: 'mouth' }), h('div', { class: 'paper-way' })),
    h('div', { class: 'slot-foot' }),
    h('div', { class: 'torn' }),
  );
}

/** @param {HTMLElement} card holds a `paperOutlet` @param {Machine} printer @param {string} what */
export function updateOutlet(card, printer, what) {
  // A paper still coming is shown when it stopped half-way: then it is what the technician finds.
  const stopped = (printer.look?.faults ?? []).length > 0;
  const papers = papersOf(printer).filter((paper) => !paper.printing || stopped);
  const hanging = papers.filter((paper) => !paper.torn);
  const torn = papers.filter((paper) => paper.torn).slice(0, 5);
  const newest = hanging[0];
  setData(card, 'unplugged', pulledOut(printer) ? t('fault.port-gone') : undefined);
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
          title: t('papers.enlarge'),
          onclick: () => showPaper(printer, paper),
          data: { paper: paper.id },
        },
        h('img', { src: paperUrl(printer, paper), alt: t('papers.just-printed', { what }) }),
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
        words('papers.tear-off', { what }),
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
          title: t('papers.taken', { what }),
          onclick: () => showPaper(printer, paper),
        },
        h('img', { src: paperUrl(printer, paper), alt: t('papers.taken', { what }) }),
      ),
    () => {},
  );
}
