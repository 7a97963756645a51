// @ts-check
/** The back office: what was handed in and waits for a decision; a granted ticket goes on to the certificate windows. */
import { command } from './api.js';
import { h, keepList, setText, textSpan, words } from './dom.js';
import { named } from './text.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountOffice(box, hall) {
  const list = h('div', { class: 'reviews' });
  const empty = h('p', { class: 'empty' }, words('office.nothing'));
  const ready = h('p', { class: 'ready-list' });
  box.append(h('p', { class: 'lead' }, words('office.decide')), empty, list, ready);
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
    ready.replaceChildren(words('office.ready'), h('b', null, certificate.join('  ')));
  });
}

/** @param {any} matter */
export function inReview(matter) {
  return /review/.test(matter.state);
}

/** @param {any} ticket */
function makeReview(ticket) {
  const all = h('button', { type: 'button', class: 'quiet', data: { act: 'grant-all' } }, words('office.grant-all'));
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
        textSpan(names.get(matter.matter) ?? matter.matter),
        h('span', { class: 'decide' }),
      ),
    (row, matter) => {
      const decideBox = row.querySelector('.decide');
      if (!inReview(matter)) {
        const text = named('office', matter.state);
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
            words('office.grant'),
          ),
          h(
            'button',
            {
              type: 'button',
              class: 'quiet small',
              data: { act: 'refuse', matter: matter.matter },
              onclick: () => decide(ticket.ticket, matter.matter, 'refused'),
            },
            words('office.refuse'),
          ),
        );
      }
    },
  );
}
