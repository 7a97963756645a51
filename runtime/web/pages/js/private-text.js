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
      box.replaceChildren(h('p', { class: 'hint' }, words('内容已清除。', 'The words are erased.')));
      return;
    }
    box.replaceChildren(
      h('blockquote', null, text),
      h('button', { type: 'button', class: 'quiet small', onclick: hide }, words('收起', 'Hide')),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet small danger',
          onclick: async () => {
            if ((await command('ErasePrivate', { reference }, 'supervisor')).ok) await show();
          },
        },
        words('清除内容', 'Erase the words'),
      ),
    );
  };
  const hide = () =>
    box.replaceChildren(
      h(
        'button',
        { type: 'button', class: 'quiet small', data: { act: 'read' }, onclick: show },
        words('查看内容', 'Read the words'),
      ),
    );
  hide();
  return box;
}
