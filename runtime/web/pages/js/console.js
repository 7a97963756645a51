// @ts-check
/** The staff's page: what a technician and a manager look at, on any hall; the desk and the back office for who signs in. */
import { read, setToken, token } from './api.js';
import { mountDesk } from './desk.js';
import { h, textSpan, toast, words } from './dom.js';
import { mountQueues } from './hall-view.js';
import { mountHeader, mountTrouble } from './header.js';
import { LiveHall } from './live.js';
import { mountManager } from './manager.js';
import { mountOffice } from './office.js';
import { mountSupervisor } from './supervisor.js';
import { mountTechnicianTable } from './technician-table.js';
import { fillTexts, t } from './text.js';
import { mountWire } from './wire.js';

fillTexts(document);
const hall = new LiveHall();
const main = /** @type {HTMLElement} */ (document.getElementById('console'));
mountHeader(/** @type {HTMLElement} */ (document.getElementById('top')), hall);
mountTrouble(/** @type {HTMLElement} */ (document.getElementById('trouble')), hall);

/** Who may open which view; `null` = anybody. */
const views = [
  { id: 'desk', text: t('common.desk'), for: ['desk', 'supervisor'], mount: mountDesk },
  { id: 'office', text: t('common.back-office'), for: ['office', 'supervisor'], mount: mountOffice },
  { id: 'supervisor', text: t('common.supervisor'), for: ['supervisor'], mount: mountSupervisor },
  { id: 'manager', text: t('console.manager'), for: null, mount: mountManager },
  { id: 'waiting', text: t('common.waiting'), for: null, mount: mountQueues },
  { id: 'technician', text: t('common.technician'), for: null, mount: mountTechnicianTable },
  { id: 'wire', text: t('common.messages'), for: ['supervisor'], mount: mountWire },
];

/** A view that follows the live feed has nothing to ask again. @type {() => unknown} */
const nothing = () => undefined;

async function begin() {
  const { body: session } = await read('/session');
  const role = session.person?.kind;
  const mine = views.filter((view) => view.for === null || (role !== undefined && view.for.includes(role)));
  const places = new Map(
    mine.map((view) => {
      const place = h('section', { id: `view-${view.id}`, 'aria-label': view.text });
      const box = h('div', { class: `view ${view.id}` });
      place.append(h('h2', null, textSpan(view.text)), box);
      return [view.id, { place, box, view, mounted: false, refresh: nothing }];
    }),
  );
  const links = mine.map((view) => h('a', { href: `#${view.id}` }, textSpan(view.text)));
  main.append(
    h(
      'nav',
      { 'aria-label': t('console.views') },
      ...links,
      h('span', { class: 'gap' }),
      signIn(session),
      session.bench && h('a', { href: '/' }, words('console.bench')),
    ),
    ...[...places.values()].map(({ place }) => place),
  );
  // Whoever signed in sees the own work place first; anybody else what is out of order.
  const first = role === undefined || !places.has(role) ? 'technician' : role;
  const choose = () => {
    const wanted = places.has(location.hash.slice(1)) ? location.hash.slice(1) : first;
    for (const [id, each] of places) {
      each.place.hidden = id !== wanted;
      if (id !== wanted) continue;
      if (each.mounted) each.refresh();
      else each.refresh = each.view.mount(each.box, hall, session) ?? nothing;
      each.mounted = true;
    }
    for (const link of links) link.toggleAttribute('aria-current', link.hash === `#${wanted}`);
  };
  addEventListener('hashchange', choose);
  choose();
  hall.start();
}

/** @param {any} session */
function signIn(session) {
  if (session.access === 'open-loopback') return h('span', { class: 'chip' }, words('console.demo-open'));
  if (session.person !== null) {
    const out = h('button', { type: 'button', class: 'quiet small' }, words('console.sign-out'));
    out.addEventListener('click', () => {
      setToken(null);
      location.reload();
    });
    return h('span', { class: 'who' }, h('b', null, session.person.id), out);
  }
  const field = h('input', {
    type: 'password',
    autocomplete: 'off',
    placeholder: t('console.token'),
    'aria-label': t('console.token'),
  });
  const form = h('form', { class: 'who' }, field, h('button', { class: 'primary small' }, words('console.sign-in')));
  form.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    setToken(field.value.trim());
    const { body } = await read('/session');
    if (body.person !== null) location.reload();
    else {
      setToken(null);
      toast(t('console.unknown-token'), 'bad');
    }
  });
  if (token() !== null) setToken(null);
  return form;
}

void begin();
