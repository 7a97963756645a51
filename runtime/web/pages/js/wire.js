// @ts-check
/** The life line: every message on the wire with topic, size and time; a click shows what it says. */
import { h, keepList, openDialog, setText, words } from './dom.js';
import { hallTime } from './places.js';
import { t } from './text.js';

const rowsShown = 120;

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountWire(box, hall) {
  let paused = false;
  /** @type {any[]} */
  let held = [];
  const filter = h('input', {
    type: 'search',
    placeholder: t('messages.filter'),
    'aria-label': t('messages.filter'),
  });
  const pause = h('button', { type: 'button', class: 'toggle', 'aria-pressed': 'false' }, words('common.pause'));
  const rate = h('span', { class: 'rate' });
  const list = h('ol', { class: 'notes' });
  box.append(h('div', { class: 'wire-bar' }, filter, pause), rate, list);
  const update = () => {
    if (!paused) held = hall.wire;
    const wanted = filter.value.trim();
    const notes = held
      .filter((note) => wanted === '' || note.topic.includes(wanted))
      .slice(-rowsShown)
      .reverse();
    const second = hall.wire.filter((note) => note.atMs > hall.now() - 5000).length / 5;
    setText(
      rate,
      [
        t('messages.rate', { rate: second.toFixed(1) }),
        hall.wireMissed > 0 ? t('messages.missed', { count: hall.wireMissed }) : '',
      ]
        .filter(Boolean)
        .join(' · '),
    );
    if (box.hidden) return;
    keepList(
      list,
      notes,
      (note) => String(note.seq),
      (note) => makeNote(hall, note),
      () => {},
    );
  };
  filter.addEventListener('input', update);
  pause.addEventListener('click', () => {
    paused = !paused;
    held = [...hall.wire];
    pause.setAttribute('aria-pressed', String(paused));
    update();
  });
  hall.watch(['wire'], update);
  setInterval(update, 1000);
  return update;
}

/** @param {import('./live.js').LiveHall} hall @param {any} note */
function makeNote(hall, note) {
  const time = hallTime(hall, note.atMs);
  const topic = note.topic.replace(/^hall\/1\/[^/]+\//, '');
  const kind = /\/evt$/.test(topic) ? 'evt' : /\/ack$/.test(topic) ? 'ack' : /^view\//.test(topic) ? 'view' : 'state';
  const row = h(
    'button',
    { type: 'button', class: 'note', data: { kind } },
    h('time', null, time),
    h('span', { class: 'topic' }, topic),
    note.retain && h('i', { title: t('messages.retained') }, 'R'),
    h('b', null, `${note.bytes} B`),
  );
  row.addEventListener('click', () =>
    openDialog(
      note.topic,
      h('h3', { class: 'mono' }, note.topic),
      h(
        'p',
        { class: 'hint' },
        [time, `${note.bytes} B`, note.retain ? t('messages.retained') : ''].filter(Boolean).join(' · '),
      ),
      h('pre', null, pretty(note.payload)),
    ),
  );
  return h('li', null, row);
}

/** @param {string} payload */
function pretty(payload) {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload; // cut in the middle: shown as it came
  }
}
