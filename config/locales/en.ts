import type { TicketWords } from './ticket-words.ts';

export const en: TicketWords = {
  waitRange: (low, high) => `about ${low}-${high} min`,
  waitAbout: (minutes) => `about ${minutes} min`,
  waitUnder: (minutes) => `under ${minutes} min`,
  reprint: 'REPRINT',
};
