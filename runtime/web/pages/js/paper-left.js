// @ts-check
/** What is left on a printer's roll, for the technician: metres, tickets, until when. */

/** @param {any} paper @returns {import('./texts.js').Text | undefined} */
export function paperText(paper) {
  if (paper === undefined) return undefined;
  const metres = (/** @type {number} */ mm) => (mm / 1000).toFixed(1);
  if (paper.out === true) return { zh: '纸已用完', en: `Paper out after ${metres(paper.used_mm)} m` };
  if (paper.left_mm === null)
    return { zh: `纸已用 ${metres(paper.used_mm)} 米`, en: `${metres(paper.used_mm)} m used` };
  const zh = [`余纸约 ${metres(paper.left_mm)} 米`];
  const en = [`${metres(paper.left_mm)} m left`];
  if (paper.tickets_left !== null) {
    zh.push(`约 ${paper.tickets_left} 张`);
    en.push(`${paper.tickets_left} tickets`);
  }
  if (paper.ends_at !== null) {
    const at = new Date(paper.ends_at).toTimeString().slice(0, 5);
    zh.push(`预计 ${at} 用完`);
    en.push(`until ${at}`);
  }
  return { zh: zh.join(' · '), en: en.join(' · ') };
}
