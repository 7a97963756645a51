/**
 * A CMPP gateway at the far end of a connection, with the telephones behind it: checks the login as the real one does (name,
 * authenticator, version), every length of a SUBMIT, and its window. Source: China Mobile, "CMPP 3.0", sections 6 and 8.
 */
import { createHash } from 'node:crypto';
import type { Context } from '../../context.ts';
import { DeviceError } from '../../errors.ts';
import { Signal } from '../../signal.ts';
import type { CableAction, FarEnd, SimulatedMachine } from '../machine.ts';
import { TelephoneInbox, type TelephoneMessage } from '../modem/telephone.kit.ts';

export interface CmppLook {
  readonly bound: boolean;
  readonly messages: readonly TelephoneMessage[];
  /** SUBMITs that were taken. */
  readonly parts: number;
}

export interface CmppFaults {
  /** The next SUBMITs get these results instead of being taken. */
  readonly results: readonly number[];
  /** Takes SUBMITs and answers none. */
  readonly silent: boolean;
  /** Cuts the connection when so many SUBMITs were taken, without an answer to the last. */
  readonly cutAfter: number | null;
  /** Word of the status reports. */
  readonly stat: string;
  /** An answer takes so long. */
  readonly answerMs: number;
}

export type CmppAction = { readonly type: 'fault'; readonly faults: Partial<CmppFaults> } | CableAction;

export interface CmppAccount {
  readonly source: string;
  readonly secret: string;
  readonly version: 3 | 2;
  readonly window: number;
}

const reportMs = 2_000;
/** A reference for long texts comes back after 256; one that comes back sooner lets a telephone mix two of them. */
const rememberedParts = 200;

export class SimulatedCmpp implements SimulatedMachine<CmppLook, CmppAction> {
  readonly kind = 'modem';
  readonly changed: Signal;
  /** What was wrong with messages that a real gateway would refuse. */
  readonly complaints: string[] = [];
  #context: Context;
  #end: FarEnd;
  #account: CmppAccount;
  #faults: CmppFaults = { results: [], silent: false, cutAfter: null, stat: 'DELIVRD', answerMs: 50 };
  #rest = Buffer.alloc(0);
  #bound = false;
  #open = 0;
  #sequence = 0;
  #count = 0;
  #inbox = new TelephoneInbox();
  #recentParts: string[] = [];

  constructor(context: Context, { end, account }: { readonly end: FarEnd; readonly account: CmppAccount }) {
    this.#context = context;
    this.#end = end;
    this.#account = account;
    this.changed = new Signal(context.log);
    end.onReceive((bytes) => this.#receive(bytes));
    end.onOpened(() => this.#reset());
  }

  look(): CmppLook {
    return { bound: this.#bound, messages: this.#inbox.messages, parts: this.#count };
  }

  onChange(listener: () => void): () => void {
    return this.changed.on(listener);
  }

  act(action: CmppAction): void {
    switch (action.type) {
      case 'fault':
        this.#faults = { ...this.#faults, ...action.faults };
        break;
      case 'unplug':
        this.#end.unplug();
        break;
      case 'plug':
        this.#end.plug();
        break;
      default:
        throw new DeviceError('illegal', `a gateway does not know the act "${(action as { type: string }).type}"`);
    }
    this.changed.emit();
  }

  #reset(): void {
    this.#rest = Buffer.alloc(0);
    this.#bound = false;
    this.#open = 0;
  }

  #receive(bytes: Uint8Array): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    while (this.#rest.length >= 12 && this.#rest.length >= this.#rest.readUInt32BE(0)) {
      const length = this.#rest.readUInt32BE(0);
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      this.#message(message.readUInt32BE(4), message.readUInt32BE(8), message.subarray(12));
    }
  }

  #message(command: number, sequence: number, body: Buffer): void {
    if (command === 1) this.#connect(sequence, body);
    else if (!this.#bound) this.complaints.push('a message before the login');
    else if (command === 4) this.#submit(sequence, body);
    else if (command === 8) this.#send(0x80000008, sequence, Buffer.alloc(1));
    else if (command === 2) this.#send(0x80000002, sequence, Buffer.alloc(0));
    else if (command !== 0x80000005 && command !== 0x80000008) this.complaints.push(`command ${command.toString(16)}`);
  }

  #connect(sequence: number, body: Buffer): void {
    const { source, secret, version } = this.#account;
    const status = this.#loginStatus(body);
    this.#bound = status === 0;
    const answer = Buffer.alloc(version === 3 ? 21 : 18);
    const at = version === 3 ? answer.writeUInt32BE(status, 0) : answer.writeUInt8(status, 0);
    const authenticator = Buffer.concat([answer.subarray(0, at), body.subarray(6, 22), Buffer.from(secret, 'latin1')]);
    createHash('md5').update(authenticator).digest().copy(answer, at);
    answer.writeUInt8(version === 3 ? 0x30 : 0x20, at + 16);
    this.#send(0x80000001, sequence, answer);
    this.#context.log.debug({ source, status }, 'login at the simulated gateway');
    this.changed.emit();
  }

  #loginStatus(body: Buffer): number {
    const { source, secret, version } = this.#account;
    if (body.length !== 27) return 1;
    const name = body.subarray(0, 6).toString('latin1').replace(/\0+$/, '');
    if (name !== source) return 2;
    const digits = String(body.readUInt32BE(23)).padStart(10, '0');
    const right = createHash('md5')
      .update(Buffer.concat([Buffer.from(name, 'latin1'), Buffer.alloc(9), Buffer.from(secret + digits, 'latin1')]))
      .digest();
    if (!right.equals(body.subarray(6, 22))) return 3;
    return body.readUInt8(22) > (version === 3 ? 0x30 : 0x20) ? 4 : 0;
  }

  #submit(sequence: number, body: Buffer): void {
    this.#open += 1;
    if (this.#open > this.#account.window) this.complaints.push(`${this.#open} submits under way`);
    const [result, ...more] = this.#faults.results;
    if (result !== undefined) {
      this.#faults = { ...this.#faults, results: more };
      this.#answer(sequence, Buffer.alloc(8), result);
      return;
    }
    const part = this.#read(body);
    if (typeof part === 'number') {
      this.#answer(sequence, Buffer.alloc(8), part);
      return;
    }
    this.#checkReference(part);
    this.#count += 1;
    const messageId = Buffer.alloc(8);
    messageId.writeUInt32BE(this.#count, 4);
    this.#inbox.receive({ ...part, address: '', reportAsked: part.reportAsked });
    this.changed.emit();
    if (this.#faults.cutAfter !== null && this.#count >= this.#faults.cutAfter) {
      this.#end.unplug();
      return;
    }
    if (this.#faults.silent) return;
    this.#answer(sequence, messageId, 0);
    if (part.reportAsked) this.#context.clock.after(reportMs, () => this.#report(messageId, part.to));
  }

  /** The part, or the result that refuses it. */
  #read(body: Buffer) {
    const wide = this.#account.version === 3;
    const number = wide ? 32 : 21;
    const typed = wide ? 1 : 0;
    const fixed = 8 + 4 + 10 + 1 + number + typed + 3 + 6 + 2 + 6 + 17 + 17 + 21 + 1;
    const lengthAt = fixed + number + typed;
    const length = body[lengthAt] ?? -1;
    if (body.length !== lengthAt + 1 + length + (wide ? 20 : 8)) return 4;
    if (length < 1 || length > 140) return 6;
    const udhiAt = 8 + 4 + 10 + 1 + number + typed + 1;
    const [header = 0, format = 0] = body.subarray(udhiAt);
    if (format !== 8) return 1;
    const to = body
      .subarray(fixed, fixed + number)
      .toString('latin1')
      .replace(/\0+$/, '');
    if (!/^1\d{10}$/.test(to)) return 9;
    const content = body.subarray(lengthAt + 1, lengthAt + 1 + length);
    const [total = 0, index = 0, reportAsked = 0] = body.subarray(8);
    const headerOctets = header === 1 ? 1 + (content[0] ?? 0) : 0;
    if (header === 1 && (content[4] !== total || content[5] !== index)) return 1;
    return {
      to,
      reportAsked: reportAsked === 1,
      text: new TextDecoder('utf-16be').decode(content.subarray(headerOctets)),
      concatenation: header === 1 ? { reference: content[3] ?? 0, total, index } : undefined,
    };
  }

  #checkReference({
    to,
    concatenation,
  }: {
    readonly to: string;
    readonly concatenation: { reference: number; index: number } | undefined;
  }): void {
    if (concatenation === undefined) return;
    const part = `${to} ${concatenation.reference} ${concatenation.index}`;
    if (this.#recentParts.includes(part)) this.complaints.push(`reference ${concatenation.reference} used again`);
    this.#recentParts = [...this.#recentParts, part].slice(-rememberedParts);
  }

  #answer(sequence: number, messageId: Buffer, result: number): void {
    const body = Buffer.alloc(this.#account.version === 3 ? 12 : 9);
    messageId.copy(body);
    if (this.#account.version === 3) body.writeUInt32BE(result, 8);
    else body.writeUInt8(result, 8);
    this.#context.clock.after(this.#faults.answerMs, () => {
      this.#open -= 1;
      this.#send(0x80000004, sequence, body);
    });
  }

  #report(messageId: Buffer, to: string): void {
    const wide = this.#account.version === 3;
    const report = Buffer.alloc(wide ? 71 : 60);
    messageId.copy(report);
    report.write(this.#faults.stat, 8, 7, 'latin1');
    report.write(to, 35, 'latin1');
    const head = Buffer.alloc(42 + (wide ? 33 : 21) + 2);
    head.write(to, 42, 'latin1');
    head.writeUInt8(1, head.length - 2);
    head.writeUInt8(report.length, head.length - 1);
    this.#sequence += 1;
    this.#send(5, this.#sequence, Buffer.concat([head, report, Buffer.alloc(wide ? 20 : 8)]));
  }

  #send(command: number, sequence: number, body: Buffer): void {
    const head = Buffer.alloc(12);
    head.writeUInt32BE(12 + body.length, 0);
    head.writeUInt32BE(command, 4);
    head.writeUInt32BE(sequence, 8);
    this.#end.send(Buffer.concat([head, body]));
  }
}
