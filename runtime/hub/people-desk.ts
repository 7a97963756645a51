/**
 * What people ask of the hub: decided, journaled and answered as a device's event, once their role allows it. Texts and
 * telephone numbers go to the encrypted table before the journal learns their reference; papers are ordered at a printer.
 */
import { createHash } from 'node:crypto';
import {
  type PaperOutcome,
  type PersonData,
  type PrinterAt,
  printTicketType,
  zPaperOutcome,
} from '../../devices/contract/people.ts';
import type { TicketId } from '../../devices/contract/terms.ts';
import { dayOf } from '../../devices/contract/terms.ts';
import { type IssueResult, zIssueResult } from '../../devices/contract/ticket.ts';
import type { Context } from '../../drivers/context.ts';
import type { Log } from '../../drivers/log.ts';
import { codeOf } from '../queue/short-code.ts';
import type { Ticket } from '../queue/state.ts';
import type { PrivateStore } from '../store/private-store.ts';
import type { StoredAnswer } from '../store/store.ts';
import type { BoxAdoption } from './box-adoption.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { LiveQueue } from './command-loop.ts';
import type { NodeOrders } from './node-orders.ts';
import { hubActor, type OwnCommands } from './own-commands.ts';
import { type Person, type PersonAsk, personAsking } from './person-asking.ts';

/** Opened and closed with the hub. */
export interface PrivateTexts {
  readonly store: PrivateStore;
  /** How long a telephone number, and any other text, is kept at most. */
  readonly contactsMs: number;
  readonly textsMs: number;
}

export interface PeopleDeskSettings {
  readonly queue: LiveQueue;
  readonly orders: NodeOrders;
  readonly secrets: PrivateTexts | undefined;
  readonly adoption: BoxAdoption;
  readonly own: OwnCommands;
  readonly clock: Pick<ClockWatch, 'confirm'>;
}

type Paper = PaperOutcome | { readonly verdict: 'refused'; readonly reason: string; readonly message: string };

/** The visitor stands there: a paper that has not begun by then is not begun at all. */
const printLifeMs = 5_000;
const printAnswerMs = 8_000;
export const purgeEveryMs = 60_000;
const mostWithoutPaper = 500;

export class PeopleDesk {
  readonly counters = { privateErased: 0, privateFailed: 0 };
  #log: Log;
  #settings: PeopleDeskSettings;
  /** Numbers given here that have no paper yet, with what their paper says. */
  #withoutPaper = new Map<TicketId, IssueResult>();

  constructor({ log }: Context, settings: PeopleDeskSettings) {
    this.#log = log;
    this.#settings = settings;
  }

  async submit(type: string, data: unknown, by: Person, id: string): Promise<StoredAnswer> {
    const asking = personAsking({ id, type, data, at: 0, happenedAt: 0, by });
    if (!asking.ok) return { id, ok: false, error: asking.error };
    const { ask, command, secret } = asking;
    if (command === undefined) return this.#own(ask, id, by);
    const kept = secret === undefined ? undefined : this.#keep(secret.reference, secret.kind, secret.text);
    if (kept !== undefined && 'error' in kept) return { id, ok: false, error: kept.error };
    const answer = await this.#settings.own.runOnce((at) => ({ ...command, at, happenedAt: at }), by, id);
    // Refused: nothing refers to the text that was kept for it.
    if (!answer.ok && kept?.fresh === true && secret !== undefined)
      this.#settings.secrets?.store.erase([secret.reference]);
    return answer.ok ? this.#after(ask, answer) : answer;
  }

  /** A text that is kept for a reference, to who may read it. */
  read(reference: string): string | undefined {
    return this.#settings.secrets?.store.get(reference);
  }

  /** Contacts of numbers that have ended, and what is older than the rules allow. The hall goes on without it. */
  purge(): void {
    try {
      this.#purge();
    } catch (error) {
      this.counters.privateFailed += 1;
      this.#log.warn({ error: String(error) }, 'old private texts were not erased: check the disk of the hub');
    }
  }

  #purge(): void {
    const { secrets, queue } = this.#settings;
    if (secrets === undefined) return;
    const { store, contactsMs, textsMs } = secrets;
    const { tickets } = queue.state;
    const ended = store.references('contact').filter((each) => !tickets.has(ticketOf(each)));
    this.counters.privateErased +=
      (ended.length > 0 ? store.erase(ended) : 0) +
      store.purge(['contact'], queue.now() - contactsMs) +
      store.purge(['complaint', 'answer', 'follow-up'], queue.now() - textsMs);
  }

  async #own({ type, data }: PersonAsk, id: string, by: Person): Promise<StoredAnswer> {
    if (type === 'ConfirmClock') {
      await this.#settings.clock.confirm(by);
      return { id, ok: true };
    }
    if (type === 'ErasePrivate')
      return { id, ok: true, result: { erased: this.#settings.secrets?.store.erase([data.reference]) ?? 0 } };
    if (type === 'AdoptBox') {
      const error = await this.#settings.adoption.adopt(data.node);
      return error === undefined ? { id, ok: true } : { id, ok: false, error };
    }
    if (type !== 'LeaveContact' && type !== 'HandTicket' && type !== 'PrintTicket')
      return refused(id, 'unknown-type', `${type} is for the queue`);
    const ticket = this.#settings.queue.state.tickets.get(data.ticket);
    if (ticket === undefined) return refused(id, 'unknown-ticket', `${data.ticket} is not open`);
    if (type === 'LeaveContact') {
      const kept = this.#contact(ticket.id, data.phone);
      return 'error' in kept ? { id, ok: false, error: kept.error } : { id, ok: true };
    }
    if (type === 'HandTicket') return this.#hand(ticket.id, id);
    const first = this.#withoutPaper.get(ticket.id);
    if (first === undefined || ticket.print !== 'pending')
      return refused(id, 'has-paper', `${ticket.number} has a paper, or a kiosk is printing it: ask for a reprint`);
    const paper = await this.#print(data.print_at, ticket, { result: first, copy: 1 }, id);
    return { id, ok: true, result: { ...first, paper } };
  }

  async #after({ type, data }: PersonAsk, answer: StoredAnswer): Promise<StoredAnswer> {
    const { id } = answer;
    if (type === 'BookAppointment') return { ...answer, result: { appointment: data.appointment ?? codeOf(id) } };
    if (type === 'RecordComplaint') return { ...answer, result: { complaint: codeOf(id) } };
    if (type === 'ReprintTicket') return this.#reprint(data, answer);
    if (type !== 'IssueTicket' && type !== 'CheckIn') return answer;
    const result = zIssueResult.parse(answer.result);
    const { print_at: printAt } = data;
    const phone = type === 'IssueTicket' ? data.phone : undefined;
    const contact = phone === undefined ? undefined : this.#contact(result.ticket, phone);
    const said = contact !== undefined && 'error' in contact ? { contact: contact.error } : {};
    if (printAt === undefined) {
      await this.#hand(result.ticket, id);
      return { ...answer, result: { ...result, ...said } };
    }
    this.#withoutPaper.set(result.ticket, result);
    if (this.#withoutPaper.size > mostWithoutPaper)
      this.#withoutPaper.delete(this.#withoutPaper.keys().next().value ?? result.ticket);
    const ticket = this.#settings.queue.state.tickets.get(result.ticket);
    const paper = ticket === undefined ? undefined : await this.#print(printAt, ticket, { result, copy: 1 }, id);
    return { ...answer, result: { ...result, ...said, ...(paper === undefined ? {} : { paper }) } };
  }

  async #reprint({ ticket: ticketId, print_at: printAt }: PersonData<'ReprintTicket'>, answer: StoredAnswer) {
    const ticket = this.#settings.queue.state.tickets.get(ticketId);
    if (printAt === undefined || ticket === undefined) return answer;
    const { copy } = answer.result as { copy: number };
    const result: IssueResult = {
      ticket: ticketId,
      day: dayOf(ticketId),
      number: ticket.number,
      ahead: aheadOf(ticket),
      issued_at: ticket.issuedAt,
    };
    const paper = await this.#print(printAt, ticket, { result, copy }, answer.id);
    return { ...answer, result: { ...(answer.result as object), paper } };
  }

  /** Nothing is known of its paper: the number was spoken, or written by hand. */
  #hand(ticket: TicketId, id: string): Promise<StoredAnswer> {
    this.#withoutPaper.delete(ticket);
    const { own } = this.#settings;
    const paperId = orderId('hand', id);
    return own
      .runOnce(
        (at) => ({
          type: 'TicketPrinted',
          id: paperId,
          at,
          happenedAt: at,
          by: hubActor,
          ticket,
          verdict: 'unknown',
          reason: 'given-by-hand',
        }),
        hubActor,
        paperId,
      )
      .then((answer) => ({ ...answer, id }));
  }

  async #print(
    at: PrinterAt,
    ticket: Ticket,
    { result, copy }: { readonly result: IssueResult; readonly copy: number },
    id: string,
  ): Promise<Paper> {
    const { own, orders } = this.#settings;
    await own.run((now, orderId) => ({
      ...{ type: 'OrderPaper', id: orderId, at: now, happenedAt: now, by: hubActor },
      ...{ ticket: ticket.id, node: at.node },
    }));
    const {
      ok,
      result: outcome,
      error,
    } = await orders.give({
      ...at,
      type: printTicketType,
      id: orderId('print', `${id} ${at.node} ${at.device}`),
      ttlMs: printLifeMs,
      answerWithinMs: printAnswerMs,
      data: { result, service: ticket.service, matters: ticket.matters.map(({ matter }) => matter), copy },
    });
    const paper = ok ? zPaperOutcome.safeParse(outcome).data : undefined;
    if (paper === undefined)
      return {
        verdict: 'refused',
        reason: error?.code ?? 'failure',
        message: error?.message ?? 'the box gave no result',
      };
    this.#withoutPaper.delete(ticket.id);
    return paper;
  }

  #contact(ticket: TicketId, phone: string) {
    this.#settings.secrets?.store.erase([contactOf(ticket)]);
    return this.#keep(contactOf(ticket), 'contact', phone);
  }

  #keep(reference: string, kind: Parameters<PrivateStore['put']>[1], text: string) {
    const { secrets, queue } = this.#settings;
    if (secrets?.store.usable !== true) {
      const message = 'this hall keeps no texts and telephone numbers: configure hub.privacy.key_file';
      return { error: { code: 'no-key', message } };
    }
    return { fresh: secrets.store.put(reference, kind, text, queue.now()) };
  }
}

const contactPrefix = 'contact/';
const contactOf = (ticket: TicketId) => `${contactPrefix}${ticket}`;
const ticketOf = (reference: string) => reference.slice(contactPrefix.length) as TicketId;

/** Of fixed length, whatever the command's id was. */
function orderId(what: string, id: string): string {
  return `${what}-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

/** Those before it in its own lane: what a second paper can say without a new estimate. */
function aheadOf(ticket: Ticket): number {
  let ahead = 0;
  for (const each of ticket.lane?.tickets ?? []) {
    if (each === ticket) break;
    ahead += 1;
  }
  return ahead;
}

function refused(id: string, code: string, message: string): StoredAnswer {
  return { id, ok: false, error: { code, message } };
}
