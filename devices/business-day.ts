/** The hall's own date at an instant: what a box writes on what it does without the hub (failure rule F18). */
import type { BusinessDay, Instant } from './contract/terms.ts';

export function businessDay(timeZone: string, at: Instant): BusinessDay {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.get('year')}-${part.get('month')}-${part.get('day')}`;
}
