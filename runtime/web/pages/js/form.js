// @ts-check
/** A small form in a dialog: a few fields, one act. It stays open while the act is refused, and closes when it is done. */
import { h, openDialog, textSpan } from './dom.js';
import { t } from './text.js';

/**
 * @typedef {{name: string, text: string, kind?: 'text' | 'long' | 'choice' | 'time', value?: string, hint?: string,
 *   options?: {value: string, text: string}[], quick?: string[], optional?: boolean, max?: number}} Field
 * @param {{title: string, lead?: Node, fields: Field[], act: string,
 *   done: (values: Record<string, string>) => Promise<boolean>}} options
 */
export function openForm({ title, lead, fields, act, done }) {
  const inputs = new Map(fields.map((field) => [field.name, inputOf(field)]));
  const submit = h('button', { class: 'primary' }, textSpan(act));
  const form = h(
    'form',
    { class: 'act-form' },
    h('h2', null, textSpan(title)),
    lead,
    ...fields.map((field) => fieldOf(field, inputs.get(field.name))),
    submit,
  );
  const dialog = openDialog(title, form);
  form.addEventListener('submit', async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.disabled = true;
    const values = Object.fromEntries([...inputs].map(([name, input]) => [name, input.value.trim()]));
    const well = await done(values);
    submit.disabled = false;
    if (well) dialog.close();
  });
  const first = [...inputs.values()][0];
  first?.focus();
  return dialog;
}

/** @param {Field} field */
function inputOf({ kind = 'text', value = '', options = [], optional, max = 200, hint }) {
  if (kind === 'choice') {
    const select = h(
      'select',
      { required: !optional },
      ...options.map((option) => h('option', { value: option.value }, option.text)),
    );
    if (value !== '') select.value = value;
    return select;
  }
  const props = { required: !optional, maxlength: max, placeholder: hint ?? '' };
  const input =
    kind === 'long'
      ? h('textarea', { ...props, rows: 4 })
      : h('input', { ...props, type: kind === 'time' ? 'datetime-local' : 'text', autocomplete: 'off' });
  input.value = value;
  return input;
}

/** @param {Field} field @param {any} input */
function fieldOf(field, input) {
  const quick = (field.quick ?? []).map((text) =>
    h('button', { type: 'button', class: 'toggle', onclick: () => (input.value = text) }, text),
  );
  return h(
    'div',
    { class: 'field' },
    h('label', null, textSpan(field.text), input),
    quick.length > 0 && h('p', { class: 'quick' }, ...quick),
  );
}

/** The reason every act over somebody's head needs. @param {string[]} quick @returns {Field} */
export function whyField(quick) {
  return { name: 'why', text: t('common.reason'), quick, hint: t('form.why-hint') };
}
