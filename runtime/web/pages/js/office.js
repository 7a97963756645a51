// @ts-check
/** The back office: what was handed in and waits for a decision; a granted ticket goes on to the certificate windows. */
import { command } from './api.js';
import { both, h, keepList, setText, words } from './dom.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountOffice(box, hall) {
  const list = h('div', { class: 'reviews' });
  const empty = h(
    'p',
    { class: 'empty' },
    words('没有待审事项。窗口按“送审”后出现在这里。', 'Nothing in review. Press Review at a window.'),
  );
  const ready = h('p', { class: 'ready-list' });
  box.append(
    h(
      'p',
      { class: 'lead' },
      words(
        '后台审核：逐项决定，同一号码转到出证窗口。',
        'Decide each matter; the same number goes on to a certificate window.',
      ),
    ),
    empty,
    list,
    ready,
  );
  hall.watch(['ticket/', 'rules'], () => {
    const tickets = hall.under('ticket/').sort((a, b) => a.issuedAt - b.issuedAt);
    const open = tickets.filter((ticket) => ticket.matters.some(inReview));
    empty.hidden = open.length > 0;
    keepList(
      list,
      open,
      (ticket) => ticket.ticket,
      (ticket) => makeReview(ticket),
      (card, ticket) => updateReview(hall, card, ticket),
    );
    const certificate = tickets
      .filter((ticket) => ticket.leg === 'certificate' && ticket.stage === 'waiting')
      .map((ticket) => ticket.number);
    ready.hidden = certificate.length === 0;
    ready.replaceChildren(words('待取证', 'Waiting for certificates'), h('b', null, certificate.join('  ')));
  });
}

/** @param {any} matter */
export function inReview(matter) {
  return /review/.test(matter.state);
}

/** @param {any} ticket */
function makeReview(ticket) {
  const all = h(
    'button',
    { type: 'button', class: 'quiet', data: { act: 'grant-all' } },
    words('全部准予', 'Grant all'),
  );
  const card = h(
    'article',
    { class: 'review', data: { ticket: ticket.number } },
    h('header', null, h('b', null, ticket.number), all),
    h('div', { class: 'review-matters' }),
  );
  all.addEventListener('click', async () => {
    for (const button of [...card.querySelectorAll('[data-act="grant"]')])
      await decide(ticket.ticket, button.dataset.matter, 'granted');
  });
  return card;
}

/** @param {string} ticket @param {string} matter @param {'granted' | 'refused'} outcome */
const decide = (ticket, matter, outcome) => command('MatterReady', { ticket, matter, outcome }, 'office');

/** @param {any} hall @param {HTMLElement} card @param {any} ticket */
function updateReview(hall, card, ticket) {
  const names = new Map((hall.rules?.matters ?? []).map((/** @type {any} */ each) => [each.id, each.name]));
  keepList(
    /** @type {Element} */ (card.querySelector('.review-matters')),
    ticket.matters,
    (matter) => matter.matter,
    (matter) =>
      h(
        'div',
        { class: 'review-row' },
        both(names.get(matter.matter) ?? { zh: matter.matter, en: '' }),
        h('span', { class: 'decide' }),
      ),
    (row, matter) => {
      const decideBox = row.querySelector('.decide');
      if (!inReview(matter)) {
        const texts = { granted: '✓ 准予', refused: '✕ 不予', done: '✓ 已办', open: '未办' };
        const text = texts[/** @type {keyof typeof texts} */ (matter.state)] ?? matter.state;
        if (decideBox.childElementCount > 0) decideBox.replaceChildren();
        setText(decideBox, text);
      } else if (decideBox.childElementCount === 0) {
        decideBox.replaceChildren(
          h(
            'button',
            {
              type: 'button',
              class: 'primary small',
              data: { act: 'grant', matter: matter.matter },
              onclick: () => decide(ticket.ticket, matter.matter, 'granted'),
            },
            words('准予', 'Grant'),
          ),
          h(
            'button',
            {
              type: 'button',
              class: 'quiet small',
              data: { act: 'refuse', matter: matter.matter },
              onclick: () => decide(ticket.ticket, matter.matter, 'refused'),
            },
            words('不予', 'Refuse'),
          ),
        );
      }
    },
  );
}
