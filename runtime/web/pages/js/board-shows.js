// @ts-check
/** What stands on a board, said only where it need not be what is wanted: a board never lies, and neither does its card. */
import { h, setData, setText } from './dom.js';
import { isCode, named } from './text.js';

/** @param {any} device empty where nothing needs to be said */
function showsText(device) {
  const shows = device?.detail?.shows;
  return shows === undefined || !isCode(`board-shows.${shows}`) ? '' : named('board-shows', shows);
}

/** A line for it, hidden until there is something to say. */
export function showsLine() {
  const line = h('p', { class: 'shows' });
  line.hidden = true;
  return line;
}

/** @param {HTMLElement} line @param {any} device */
export function updateShows(line, device) {
  const text = showsText(device);
  line.hidden = text === '';
  setData(line, 'shows', device?.detail?.shows);
  setText(line, text);
}
