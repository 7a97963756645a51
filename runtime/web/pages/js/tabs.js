// @ts-check
/** Places under tabs: arrow keys move between them, one is shown, each may bear a small count. */
import { h, setData, setText, textSpan } from './dom.js';

/**
 * @typedef {{id: string, text: string, mount: (panel: HTMLElement) => void | (() => void)}} Place
 * @param {HTMLElement} box @param {{label: string, places: Place[], kind?: 'tabs' | 'subtabs'}} options
 */
export function mountTabs(box, { label, places, kind = 'tabs' }) {
  const made = places.map((place) => ({
    ...place,
    tab: h(
      'button',
      { type: 'button', role: 'tab', id: `tab-${place.id}`, 'aria-controls': `place-${place.id}` },
      textSpan(place.text),
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
  const tabs = h('div', { role: 'tablist', class: kind, 'aria-label': label }, ...made.map((place) => place.tab));
  box.append(tabs, ...made.map((place) => place.panel));
  const choose = (/** @type {string} */ id, focus = false) => {
    for (const place of made) {
      const on = place.id === id;
      place.tab.setAttribute('aria-selected', String(on));
      place.tab.tabIndex = on ? 0 : -1;
      place.panel.hidden = !on;
      if (on && focus) place.tab.focus();
      if (on) place.shown?.();
    }
  };
  for (const place of made) {
    place.shown = place.mount(place.panel);
    place.tab.addEventListener('click', () => choose(place.id));
  }
  tabs.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const now = made.findIndex((place) => place.tab.getAttribute('aria-selected') === 'true');
    choose(made[(now + step + made.length) % made.length]?.id ?? '', true);
  });
  choose(made[0]?.id ?? '');
  return {
    choose,
    /** @param {string} id @param {number} count @param {string} [tone] */
    badge(id, count, tone = 'accent') {
      const element = tabs.querySelector(`#tab-${id} .badge`);
      if (element === null) return;
      setText(element, count > 0 ? String(count) : '');
      setData(/** @type {HTMLElement} */ (element), 'kind', tone);
    },
  };
}
