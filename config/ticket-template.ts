/**
 * Lays a ticket out: the hall's template blocks, filled in with what is known of the ticket. `{field}` stands for a
 * fact; a text one of whose facts is not known (no estimate, no reprint) is left out whole.
 */
import type { BusinessDay, Instant, LocalText, TicketNumber } from '../devices/contract/terms.ts';
import type { PaperBlock } from '../drivers/ticket-printer/paper.ts';
import { en } from './locales/en.ts';
import type { TicketWords } from './locales/ticket-words.ts';
import { zh } from './locales/zh.ts';
import { plainText } from './plain-text.ts';
import type { TemplateBlock } from './schema.ts';

export type Language = 'zh' | 'en';

export interface TicketFacts {
  readonly hall: LocalText;
  readonly timeZone: string;
  readonly day: BusinessDay;
  readonly number: TicketNumber;
  readonly service: LocalText;
  /** Unknown where a kiosk gave the number by itself. */
  readonly ahead: number | undefined;
  /** Absent when nothing can be said. */
  readonly wait?: { readonly lowMs: number; readonly highMs: number } | undefined;
  readonly issuedAt: Instant;
  /** What the visitor came for; their documents are joined, each once. */
  readonly matters: readonly { readonly name: LocalText; readonly documents: readonly LocalText[] }[];
  readonly reprint?: boolean;
}

/** What a template may name in every text; `.zh` and `.en` after a name ask for one language. */
export const ticketFields: readonly string[] = [
  ...['hall', 'service'].flatMap((name) => [name, `${name}.zh`, `${name}.en`]),
  ...['number', 'day', 'date', 'time', 'ahead', 'wait', 'offline', 'reprint'],
];
/** What `item` may name besides, in a list of documents and of matters. */
export const documentFields: readonly string[] = ['n', 'document', 'document.zh', 'document.en'];
export const matterFields: readonly string[] = ['n', 'matter', 'matter.zh', 'matter.en'];

/** `{…}`, whatever stands inside. */
export const fieldPattern = /\{([^{}]*)\}/g;

type Facts = ReadonlyMap<string, string>;

export function layTicket(blocks: readonly TemplateBlock[], ticket: TicketFacts, language: Language): PaperBlock[] {
  const facts = factsOf(ticket, language);
  return blocks.flatMap((block) => layBlock(block, ticket, { facts, language }));
}

function layBlock(
  block: TemplateBlock,
  ticket: TicketFacts,
  { facts, language }: { facts: Facts; language: Language },
): PaperBlock[] {
  switch (block.kind) {
    case 'text': {
      const { align, size, bold } = block;
      return fill(block.text, facts).map((text) => ({ kind: 'text', text, align, size, bold }));
    }
    case 'documents':
      return list(block, 'document', documentsOf(ticket), { facts, language });
    case 'matters':
      return list(
        block,
        'matter',
        ticket.matters.map((matter) => matter.name),
        { facts, language },
      );
    case 'qr': {
      const { module_dots: moduleDots, align } = block;
      return fill(block.data, facts).map((data) => ({ kind: 'qr', data, moduleDots, align }));
    }
    case 'logo':
    case 'rule':
    case 'feed':
      return [block];
  }
}

/** Each document once, in the order of the matters that ask for them. */
export function documentsOf(ticket: Pick<TicketFacts, 'matters'>): LocalText[] {
  const each = new Map<string, LocalText>();
  for (const { documents } of ticket.matters)
    for (const document of documents) if (!each.has(document.zh)) each.set(document.zh, document);
  return [...each.values()];
}

function list(
  { title, item }: { readonly title: string; readonly item: string },
  name: string,
  items: readonly LocalText[],
  { facts, language }: { facts: Facts; language: Language },
): PaperBlock[] {
  if (items.length === 0) return [];
  const lines = items.flatMap((each, index) =>
    fill(item, new Map([...facts, ['n', String(index + 1)], ...localFacts(name, each, language)])),
  );
  const head = title === '' ? [] : fill(title, facts);
  return [...head, ...lines].map((text) => ({ kind: 'text', text }));
}

/** One text, or none when a fact is not known. */
function fill(text: string, facts: Facts): string[] {
  let known = true;
  const filled = text.replace(fieldPattern, (_whole, name: string) => {
    const fact = facts.get(name);
    if (fact === undefined) known = false;
    return fact ?? '';
  });
  return known ? [plainText(filled)] : [];
}

function factsOf(ticket: TicketFacts, language: Language): Facts {
  const words = language === 'zh' ? zh : en;
  const facts = new Map<string, string>([
    ...localFacts('hall', ticket.hall, language),
    ...localFacts('service', ticket.service, language),
    ['number', ticket.number],
    ['day', ticket.day.replaceAll('-', '')],
    ['date', ticket.day],
    ['time', timeOfDay(ticket.issuedAt, ticket.timeZone)],
  ]);
  if (ticket.ahead === undefined) facts.set('offline', words.offline);
  else facts.set('ahead', String(ticket.ahead));
  if (ticket.wait !== undefined) facts.set('wait', waitWords(ticket.wait, words));
  if (ticket.reprint === true) facts.set('reprint', words.reprint);
  return facts;
}

function localFacts(name: string, text: LocalText, language: Language): [string, string][] {
  return [
    [name, text[language]],
    [`${name}.zh`, text.zh],
    [`${name}.en`, text.en],
  ];
}

const msPerMinute = 60_000;
/** From here on minutes are said in fives: nobody believes "23 to 31 minutes". */
const coarseFromMin = 10;
const coarseMin = 5;

function waitWords({ lowMs, highMs }: { readonly lowMs: number; readonly highMs: number }, words: TicketWords): string {
  const low = rounded(lowMs / msPerMinute, Math.floor);
  const high = Math.max(1, rounded(highMs / msPerMinute, Math.ceil));
  if (low === 0) return words.waitUnder(high);
  return low >= high ? words.waitAbout(high) : words.waitRange(low, high);
}

function rounded(minutes: number, round: (value: number) => number): number {
  return minutes < coarseFromMin ? round(minutes) : round(minutes / coarseMin) * coarseMin;
}

/** `11:27` on the hall's clock. */
function timeOfDay(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    at,
  );
}
