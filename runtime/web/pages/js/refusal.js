// @ts-check
/** Why an act was refused, in the page's language. What the hub or the server says about this very case is the detail. */
import { isCode, named, t } from './text.js';

/** @param {string} reason the refusal's code @param {string} [detail] a sentence in English */
export function refusalText(reason, detail = '') {
  const code = `refusal.${reason}`;
  // `data.phone: …`: the field by its name on the page, not by its path in the message.
  detail = detail.replace(/\bdata\.([a-z_]+)(?:\.\w+)*(?=:)/g, (_whole, field) => named('field', field));
  return isCode(code) ? t(code, { detail }) : t('refusal.other', { detail: detail === '' ? reason : detail });
}
