// @ts-check
/** What is left on a printer's roll, for the technician: metres, tickets, until when. */
import { t } from './text.js';

/** @param {any} paper @returns {string} empty where the printer does not count its paper */
export function paperText(paper) {
  if (paper === undefined) return '';
  const metres = (/** @type {number} */ mm) => (mm / 1000).toFixed(1);
  if (paper.out === true) return t('paper-left.out', { metres: metres(paper.used_mm) });
  if (paper.left_mm === null) return t('paper-left.used', { metres: metres(paper.used_mm) });
  const parts = [t('paper-left.left', { metres: metres(paper.left_mm) })];
  if (paper.tickets_left !== null) parts.push(t('paper-left.tickets', { count: paper.tickets_left }));
  if (paper.ends_at !== null)
    parts.push(t('paper-left.ends-at', { at: new Date(paper.ends_at).toTimeString().slice(0, 5) }));
  return parts.join(' · ');
}
