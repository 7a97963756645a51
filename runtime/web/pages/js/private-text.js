// @ts-check
/** A visitor's words: shown when somebody asks for them, and never kept by the page. */
import { command, read } from './api.js';
import { h, words } from './dom.js';

/** @param {string} reference */
export function privateText(reference) {
  const box = h('div', { class: 'private' });
  const show = async () => {
    const answer = await read(`/texts?reference=${encodeURIComponent(reference)}`).catch(() => undefined);
    const text = answer?.status === 200 ? answer.body.text : null;
    if (text === null) {
      box.replaceChildren(h('p', { class: 'hint' }, words('private-text.erased')));
      return;
    }
    box.replaceChildren(
      h('blockquote', null, text),
      h('button', { type: 'button', class: 'quiet small', onclick: hide }, words('private-text.hide')),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet small danger',
          onclick: async () => {
            if ((await command('ErasePrivate', { reference }, 'supervisor')).ok) await show();
          },
        },
        words('private-text.erase'),
      ),
    );
  };
  const hide = () =>
    box.replaceChildren(
      h(
        'button',
        { type: 'button', class: 'quiet small', data: { act: 'read' }, onclick: show },
        words('private-text.read'),
      ),
    );
  hide();
  return box;
}
