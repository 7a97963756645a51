// @ts-check
/** What stands on a board, said only where it need not be what is wanted: a board never lies, and neither does its card. */
import { both, setData, setText } from './dom.js';

/** @type {Record<string, import('./texts.js').Text>} */
const showsTexts = {
  unknown: { zh: '无人知道屏上显示什么，可能是旧内容', en: 'Nobody can know what it shows; it may be old' },
  'clears-itself': { zh: '联系不上：屏上内容到时自行熄灭', en: 'Out of reach: it goes dark by itself' },
  'on-its-way': { zh: '屏上还不是应显示的内容', en: 'Not yet what is wanted' },
  sent: { zh: '已发送；此屏不能确认', en: 'Sent; this board cannot confirm' },
};

/** @param {any} device @returns {import('./texts.js').Text | undefined} */
function showsText(device) {
  return showsTexts[device?.detail?.shows];
}

/** A line for it, hidden until there is something to say. */
export function showsLine() {
  const line = both({ zh: '', en: '' }, 'p');
  line.classList.add('shows');
  line.hidden = true;
  return line;
}

/** @param {HTMLElement} line @param {any} device */
export function updateShows(line, device) {
  const text = showsText(device);
  line.hidden = text === undefined;
  setData(line, 'shows', device?.detail?.shows);
  setText(/** @type {Element} */ (line.querySelector('.zh')), text?.zh ?? '');
  setText(/** @type {Element} */ (line.querySelector('.en')), text?.en ?? '');
}
