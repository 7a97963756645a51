// @ts-check
/** A list that the server makes of the hub's tables: asked for while it is seen, and again after every act on it. */
import { read } from './api.js';
import { h, words } from './dom.js';

const againMs = 8_000;

/**
 * @param {HTMLElement} box @param {string} path @param {(rows: any[]) => void} show
 * @returns {{refresh: () => Promise<void>}}
 */
export function followList(box, path, show) {
  const trouble = h('p', { class: 'empty', hidden: true });
  box.append(trouble);
  let asking = false;
  const refresh = async () => {
    if (asking) return;
    asking = true;
    const answer = await read(path).catch(() => undefined);
    asking = false;
    const rows = answer?.status === 200 ? answer.body.rows : undefined;
    trouble.hidden = Array.isArray(rows);
    if (Array.isArray(rows)) return show(rows);
    const gone = answer?.status === 200;
    trouble.replaceChildren(gone ? words('lists.no-table') : words('lists.hub-away'));
  };
  setInterval(() => box.offsetParent !== null && !document.hidden && void refresh(), againMs);
  return { refresh };
}
