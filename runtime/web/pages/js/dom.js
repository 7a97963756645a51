// @ts-check
/** Small helpers for building the page: elements, words by their code, short notices. Text never becomes markup. */
import { local, t } from './text.js';

/**
 * @param {string} tag @param {Record<string, any> | null} [props]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {any}
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) element.append(child);
  return element;
}

/** A text of its own, such as a name from the hall's config. @param {string | import('./text.js').LocalText} text @param {string} [tag] */
export function textSpan(text, tag = 'span') {
  return h(tag, { class: 'text' }, typeof text === 'string' ? text : local(text));
}

/** The words of a code. @param {import('./text.js').Code} code @param {import('./text.js').Params} [params] */
export const words = (code, params) => textSpan(t(code, params));

/** Changes an element's text only when it differs, so that nothing flickers or is read out twice. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {HTMLElement} element @param {string} name @param {string | undefined} value */
export function setData(element, name, value) {
  if (value === undefined) delete element.dataset[name];
  else if (element.dataset[name] !== value) element.dataset[name] = value;
}

/** A short notice that goes by itself. @param {string} text @param {'good' | 'bad'} [kind] */
export function toast(text, kind = 'good') {
  const notice = h('div', { class: 'toast', data: { kind } }, textSpan(text));
  const box = /** @type {HTMLElement} */ (document.getElementById('toasts'));
  box.append(notice);
  while (box.children.length > 4) box.firstElementChild?.remove();
  setTimeout(() => notice.remove(), 6000);
}

/** A dialog of its own over the page; closes by Escape, by its button and by a click beside it. @param {string} label @param {...(Node | string)} content */
export function openDialog(label, ...content) {
  const close = h('button', { class: 'close', type: 'button', 'aria-label': t('dom.close') }, '×');
  const dialog = h('dialog', { 'aria-label': label }, close, h('div', { class: 'dialog-body' }, ...content));
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (/** @type {MouseEvent} */ event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Keeps one child for each item, in order, made once and updated after. @template T
 * @param {Element} parent @param {readonly T[]} items @param {(item: T) => string} keyOf
 * @param {(item: T) => HTMLElement} make @param {(element: any, item: T) => void} update */
export function keepList(parent, items, keyOf, make, update) {
  const before = new Map([...parent.children].map((child) => [/** @type {HTMLElement} */ (child).dataset.item, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let child = before.get(key);
    before.delete(key);
    if (child === undefined) {
      child = make(item);
      /** @type {HTMLElement} */ (child).dataset.item = key;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
    update(child, item);
  }
  for (const child of before.values()) child.remove();
}
