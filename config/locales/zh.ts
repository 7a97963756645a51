import type { TicketWords } from './ticket-words.ts';

export const zh: TicketWords = {
  waitRange: (low, high) => `约 ${low}-${high} 分钟`,
  waitAbout: (minutes) => `约 ${minutes} 分钟`,
  waitUnder: (minutes) => `${minutes} 分钟以内`,
  offline: '网络恢复后按取号时间排队',
  reprint: '补打',
};
