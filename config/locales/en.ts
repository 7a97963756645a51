import type { TicketWords } from './ticket-words.ts';

export const en: TicketWords = {
  waitRange: (low, high) => `about ${low}-${high} min`,
  waitAbout: (minutes) => `about ${minutes} min`,
  waitUnder: (minutes) => `under ${minutes} min`,
  offline: 'your place in the queue counts from the time of this ticket',
  reprint: 'REPRINT',
};
