// @ts-check
/** What to do about a fault: in English the device's own sentence, which names the place; in Chinese the catalogue's. */
import { h } from './dom.js';
import { isCode, language, t } from './text.js';

/** @param {{code: string, remedy: string}} fault */
export function remedyOf(fault) {
  const code = `remedy.${fault.code}`;
  const text = isCode(code) && (language === 'zh' || fault.remedy === '') ? t(code) : fault.remedy;
  return h('span', { class: 'remedy' }, text);
}
