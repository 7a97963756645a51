/** What a scanned code says: a ticket by the address printed on it, or an appointment by its code. Templates come from the hall's file. */
import { type BusinessDay, type TicketId, ticketId } from '../contract/terms.ts';

export type ReadCode =
  | { readonly kind: 'ticket'; readonly ticket: TicketId }
  | { readonly kind: 'appointment'; readonly appointment: string };

export interface CodeTemplates {
  /** The data of the ticket's QR codes, `https://q.example.gov.cn/t/{day}/{number}`. */
  readonly tickets: readonly string[];
  /** Around an appointment's code, `{appointment}`. */
  readonly appointment: string;
}

const fields: Readonly<Record<string, string>> = {
  number: '[A-Z]{0,3}\\d{1,5}',
  /** Without its dashes, and with. */
  day: '\\d{8}',
  date: '\\d{4}-\\d{2}-\\d{2}',
  appointment: '[A-Za-z0-9-]{4,40}',
};

/** `undefined`: nothing of this hall. A code that tells no day is of `today`. */
export function codeReader(templates: CodeTemplates): (text: string, today: BusinessDay) => ReadCode | undefined {
  const tickets = templates.tickets.filter((template) => template.includes('{number}')).map(patternOf);
  const appointment = patternOf(templates.appointment);
  return (text, today) => {
    for (const pattern of tickets) {
      const found = pattern.exec(text)?.groups;
      if (found?.number === undefined) continue;
      const day = found.date ?? found.day?.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') ?? today;
      return { kind: 'ticket', ticket: ticketId(day, found.number) };
    }
    const code = appointment.exec(text)?.groups?.appointment;
    return code === undefined ? undefined : { kind: 'appointment', appointment: code };
  };
}

/** Text as it stands, a field by its shape; one that is named twice, or is none of ours, may be anything short. */
function patternOf(template: string): RegExp {
  const seen = new Set<string>();
  const source = template.split(/(\{[^{}]*\})/).map((part) => {
    const name = /^\{(.*)\}$/.exec(part)?.[1];
    if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    const shape = fields[name];
    if (shape === undefined || seen.has(name)) return '[^/?&#]{0,64}';
    seen.add(name);
    return `(?<${name}>${shape})`;
  });
  return new RegExp(`^${source.join('')}$`);
}
