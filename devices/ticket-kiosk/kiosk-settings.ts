/** What a ticket kiosk is built from. */
import type { Keypad } from '../../drivers/keypad/keypad.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';
import type { TicketPrinter } from '../../drivers/ticket-printer/ticket-printer.ts';
import type { HallLink } from '../contract/hall-link.ts';
import type { LocalText, MatterId, ServiceId } from '../contract/terms.ts';
import type { PaperFacts } from '../contract/ticket.ts';
import type { BlockSettings } from './number-blocks.ts';

/** What was asked for, as the layout needs it. */
export interface Asked {
  readonly service: ServiceId;
  readonly matters: readonly MatterId[];
}

/** What a panel's display says beside its lamps. */
export type PanelWord = 'no-tickets' | 'press-again' | 'ask-at-desk';
export type PanelWords = Readonly<Record<PanelWord, LocalText>>;

export interface TicketKioskSettings {
  readonly id: string;
  readonly link: HallLink;
  readonly panel: Keypad;
  readonly printer: TicketPrinter;
  /** Key name to service. */
  readonly buttons: Readonly<Record<string, ServiceId>>;
  readonly words: PanelWords;
  /** Of the panel's display; default Chinese. */
  readonly language?: 'zh' | 'en' | undefined;
  /** The hall's ticket template, filled in. */
  readonly layout: (result: PaperFacts, asked: Asked) => readonly PaperBlock[];
  /** Several services on one number: press them, then this key. */
  readonly confirmKey?: string | undefined;
  /** With `confirmKey`: the matters a service stands for. */
  readonly mattersOf?: ((service: ServiceId) => readonly MatterId[]) | undefined;
  /** Absent: without a hub no number is given. */
  readonly blocks?: BlockSettings | undefined;
}

/** The contract's limit for one number. */
const mostMatters = 20;

/** Several services on one number: the first gives the queue, all of them the matters. */
export function askedFor(
  keys: readonly string[],
  { buttons, mattersOf }: Pick<TicketKioskSettings, 'buttons' | 'mattersOf'>,
): Asked {
  const services = keys.flatMap((key) => buttons[key] ?? []);
  const matters = services.length > 1 ? services.flatMap((service) => mattersOf?.(service) ?? []) : [];
  return { service: services[0] ?? '', matters: [...new Set(matters)].slice(0, mostMatters) };
}
