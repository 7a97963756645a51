/** What the display of a kiosk's panel says, beside its lamps. At most 16 columns: a Chinese character takes two. */
import type { PanelWords } from '../../devices/ticket-kiosk/kiosk-settings.ts';

export const panelWords: PanelWords = {
  'no-tickets': { zh: '暂停取号', en: 'NO TICKETS NOW' },
  'press-again': { zh: '请重新取号', en: 'PRESS AGAIN' },
  'ask-at-desk': { zh: '请到咨询台取号', en: 'ASK AT THE DESK' },
};
