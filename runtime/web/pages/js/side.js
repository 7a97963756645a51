// @ts-check
/** The work places at the side, as tabs: desk, back office, technician, wire. */

import { mountDesk } from './desk.js';
import { h, setData, setText, words } from './dom.js';
import { inReview, mountOffice } from './office.js';
import { mountTechnician } from './technician.js';
import { mountWire } from './wire.js';

/** @param {HTMLElement} side @param {import('./live.js').LiveHall} hall */
export function mountSide(side, hall) {
  const places = [
    { id: 'desk', zh: '服务台', en: 'Desk', mount: mountDesk },
    { id: 'office', zh: '后台', en: 'Back office', mount: mountOffice },
    { id: 'technician', zh: '检修', en: 'Technician', mount: mountTechnician },
    { id: 'wire', zh: '报文', en: 'Messages', mount: mountWire },
  ].map((place) => ({
    ...place,
    tab: h(
      'button',
      { type: 'button', role: 'tab', id: `tab-${place.id}`, 'aria-controls': `place-${place.id}` },
      words(place.zh, place.en),
      h('b', { class: 'badge' }),
    ),
    panel: h('div', {
      role: 'tabpanel',
      class: `place ${place.id}`,
      id: `place-${place.id}`,
      'aria-labelledby': `tab-${place.id}`,
    }),
    /** @type {void | (() => void)} */
    shown: undefined,
  }));
  const tabs = h(
    'div',
    { role: 'tablist', class: 'tabs', 'aria-label': '工作台 · Work places' },
    ...places.map((place) => place.tab),
  );
  side.append(tabs, ...places.map((place) => place.panel));
  const choose = (/** @type {string} */ id, focus = false) => {
    for (const place of places) {
      const on = place.id === id;
      place.tab.setAttribute('aria-selected', String(on));
      place.tab.tabIndex = on ? 0 : -1;
      place.panel.hidden = !on;
      if (on && focus) place.tab.focus();
      if (on) place.shown?.();
    }
  };
  for (const place of places) {
    place.shown = place.mount(place.panel, hall);
    place.tab.addEventListener('click', () => choose(place.id));
  }
  tabs.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const now = places.findIndex((place) => place.tab.getAttribute('aria-selected') === 'true');
    choose(places[(now + step + places.length) % places.length]?.id ?? 'desk', true);
  });
  choose('desk');

  const badge = (/** @type {string} */ id, /** @type {number} */ count, /** @type {string} */ kind) => {
    const element = side.querySelector(`#tab-${id} .badge`);
    if (element === null) return;
    setText(element, count > 0 ? String(count) : '');
    setData(/** @type {HTMLElement} */ (element), 'kind', kind);
  };
  hall.watch(['ticket/'], () =>
    badge('office', hall.under('ticket/').filter((ticket) => ticket.matters.some(inReview)).length, 'accent'),
  );
  hall.watch(['device/'], () =>
    badge('technician', hall.under('device/').filter((device) => device.faults.length > 0).length, 'bad'),
  );
}
