/**
 * A GSM modem at the far end of a port, with its card, its network and a telephone that receives: the whole AT dialogue that
 * `drivers/modem` and smstools' smsd use, and the faults that halls meet. Sources: 3GPP TS 27.005, 27.007, ITU-T V.250.
 */
import type { Context } from '../../context.ts';
import { DeviceError } from '../../errors.ts';
import { Signal } from '../../signal.ts';
import type { CableAction, FarEnd, SimulatedMachine } from '../machine.ts';
import {
  type ReceivedPart,
  readSubmit,
  statusReportPdu,
  TelephoneInbox,
  type TelephoneMessage,
} from './telephone.kit.ts';

export interface ModemLook {
  readonly card: CardState;
  readonly registration: number;
  readonly signal: number;
  /** What came whole to telephones, newest last. */
  readonly messages: readonly TelephoneMessage[];
  /** Parts taken by the network, also those of messages that never became whole. */
  readonly parts: number;
}

export type CardState = 'ready' | 'pin' | 'puk' | 'missing';

export interface ModemFaults {
  /** The prompt comes so late; `never` is `Infinity`. */
  readonly promptMs: number;
  /** The final line comes so long after the text; `Infinity`: never. The message goes all the same. */
  readonly finalMs: number;
  /** These answer the next messages, one each, instead of sending: `+CMS ERROR: n`. */
  readonly cmsErrors: readonly number[];
  /** The cable is lost after so many octets of the text; the message does not go. `null`: not. */
  readonly unplugAfterTextOctets: number | null;
  /** The cable is lost when the text is whole; the message goes. */
  readonly unplugAfterText: boolean;
  /** A line by itself inside every reply. */
  readonly chatter: boolean;
  /** Answers come octet by octet. */
  readonly splitReplies: boolean;
  /** Answers nothing at all. */
  readonly mute: boolean;
  /** Stored reports fill the memory: +CMS ERROR 322 until something is deleted. */
  readonly storeReports: boolean;
  readonly noServiceCentre: boolean;
}

export type ModemAction =
  | { readonly type: 'fault'; readonly faults: Partial<ModemFaults> }
  | { readonly type: 'card'; readonly card: CardState }
  | { readonly type: 'network'; readonly registration: number; readonly signal?: number }
  | CableAction;

const noFaults: ModemFaults = {
  promptMs: 50,
  finalMs: 1_500,
  cmsErrors: [],
  unplugAfterTextOctets: null,
  unplugAfterText: false,
  chatter: false,
  splitReplies: false,
  mute: false,
  storeReports: false,
  noServiceCentre: false,
};

const right = { pin: '1234', pinTries: 3 } as const;
const [cr, ctrlZ, escapeOctet] = [0x0d, 0x1a, 0x1b];
const deliveryMs = 3_000;
const storePlaces = 10;

export function createSimulatedModem(
  context: Context,
  { end }: { readonly end: FarEnd },
): SimulatedMachine<ModemLook, ModemAction> & SimulatedModem {
  return new SimulatedModem(context, end);
}

export class SimulatedModem implements SimulatedMachine<ModemLook, ModemAction> {
  readonly kind = 'modem';
  readonly changed: Signal;
  #context: Context;
  #end: FarEnd;
  #faults: ModemFaults = noFaults;
  #card: CardState = 'ready';
  #pinTries: number = right.pinTries;
  #registration = 1;
  #signal = 18;
  #echo = true;
  #numericErrors = false;
  #indications = false;
  #line: number[] = [];
  /** A text is being taken: how many octets its PDU is to have. */
  #text: { readonly length: number; readonly octets: number[] } | undefined;
  #inbox = new TelephoneInbox();
  #reference = 22;
  #parts = 0;
  #store: (string | undefined)[] = [];
  /** After a text the modem works: what comes meanwhile aborts nothing here, but is dropped. */
  #working = false;

  constructor(context: Context, end: FarEnd) {
    this.#context = context;
    this.#end = end;
    this.changed = new Signal(context.log);
    end.onReceive((bytes) => this.#receive(bytes));
    end.onOpened(() => this.#opened());
  }

  look(): ModemLook {
    return {
      card: this.#card,
      registration: this.#registration,
      signal: this.#signal,
      messages: this.#inbox.messages,
      parts: this.#parts,
    };
  }

  act(action: ModemAction): void {
    switch (action.type) {
      case 'fault':
        this.#faults = { ...this.#faults, ...action.faults };
        break;
      case 'card':
        this.#card = action.card;
        if (action.card !== 'ready') this.#say('+CPIN: NOT READY');
        break;
      case 'network':
        this.#registration = action.registration;
        this.#signal = action.signal ?? this.#signal;
        break;
      case 'unplug':
        this.#end.unplug();
        break;
      case 'plug':
        this.#powerUp();
        this.#end.plug();
        break;
      default:
        throw new DeviceError('illegal', `a modem does not know the act "${(action as { type: string }).type}"`);
    }
    this.changed.emit();
  }

  onChange(listener: () => void): () => void {
    return this.changed.on(listener);
  }

  /** What it was told is forgotten; the card asks for its PIN again where it has one. */
  #powerUp(): void {
    [this.#echo, this.#numericErrors, this.#indications, this.#working] = [true, false, false, false];
    this.#text = undefined;
    this.#line = [];
  }

  #opened(): void {
    this.#line = [];
  }

  #receive(bytes: Uint8Array): void {
    if (this.#faults.mute) return;
    for (const octet of bytes) this.#octet(octet);
  }

  #octet(octet: number): void {
    if (this.#text !== undefined) {
      this.#textOctet(this.#text, octet);
      return;
    }
    if (this.#working) return;
    if (octet === escapeOctet) {
      this.#line = [];
      return;
    }
    if (octet !== cr) {
      if (octet !== 0x0a && this.#line.length < 400) this.#line.push(octet);
      return;
    }
    const command = Buffer.from(this.#line).toString('latin1');
    this.#line = [];
    if (this.#echo && command !== '') this.#raw(`${command}\r`);
    if (/^at/i.test(command)) this.#commands(command.slice(2));
  }

  /** Several in one line are joined by `;` (V.250, section 5.2.1). */
  #commands(text: string): void {
    for (const each of text === '' ? [''] : text.split(';')) {
      const final = this.#command(each.toUpperCase(), each);
      if (final === undefined) return;
      if (final !== 'OK') {
        this.#say(final);
        return;
      }
    }
    this.#say('OK');
  }

  /** The final line; `undefined`: it comes later, or a prompt did. */
  #command(name: string, raw: string): string | undefined {
    if (name === '') return 'OK';
    if (name === 'E0' || name === 'E1') {
      this.#echo = name === 'E1';
      return 'OK';
    }
    if (name.startsWith('+CMEE=')) {
      this.#numericErrors = name.endsWith('1');
      return 'OK';
    }
    if (name === '+CPIN?') return this.#cardState();
    if (name.startsWith('+CPIN=')) return this.#pin(raw.slice(6).replaceAll('"', ''));
    if (this.#card !== 'ready' && /^\+(CMGS|CSCA|CIMI|CREG|CEREG)/.test(name)) return this.#error('CMS', 310);
    const registration = /^\+(CREG|CEREG|CGREG)\?$/.exec(name)?.[1];
    if (registration !== undefined) return this.#reply(`+${registration}: 0,${this.#registration}`);
    if (name === '+CSQ') return this.#reply(`+CSQ: ${this.#signal},99`);
    if (name === '+CSCA?') return this.#reply(`+CSCA: "${this.#faults.noServiceCentre ? '' : '+8613800100500'}",145`);
    if (name === '+CGSN') return this.#reply('860000000000001');
    if (name === '+CIMI') return this.#reply('460000000000001');
    if (name.startsWith('+CNMI=')) {
      this.#indications = name.startsWith('+CNMI=2,1,0,1') || name.startsWith('+CNMI=2,1,0,2');
      return 'OK';
    }
    if (name.startsWith('+CMGR=')) return this.#stored(Number(name.slice(6)));
    if (name.startsWith('+CMGD=')) {
      this.#store[Number(name.slice(6)) - 1] = undefined;
      return 'OK';
    }
    if (name.startsWith('+CMGS=')) return this.#prompt(Number(name.slice(6)));
    if (/^(\+CMGF=0|\+CSMS=[01]|\+CPMS=.*|\+CREG=[012]|\+CGSMS=[0-3]|\+QCFG=.*|&F|Z)$/.test(name)) return 'OK';
    return this.#error('CME', 4);
  }

  #cardState(): string {
    if (this.#card === 'missing') return this.#error('CME', 10);
    return this.#reply(`+CPIN: ${{ ready: 'READY', pin: 'SIM PIN', puk: 'SIM PUK' }[this.#card]}`);
  }

  #pin(pin: string): string {
    if (this.#card !== 'pin') return this.#error('CME', 3);
    if (pin === right.pin) {
      this.#card = 'ready';
      this.#pinTries = right.pinTries;
      return 'OK';
    }
    this.#pinTries -= 1;
    if (this.#pinTries === 0) this.#card = 'puk';
    return this.#error('CME', 16);
  }

  #prompt(length: number): undefined | string {
    if (!Number.isInteger(length) || length < 8 || length > 164) return this.#error('CMS', 304);
    if (this.#registration !== 1 && this.#registration !== 5) return this.#error('CMS', 331);
    if (this.#faults.promptMs === Number.POSITIVE_INFINITY) return undefined;
    this.#context.clock.after(this.#faults.promptMs, () => {
      this.#text = { length, octets: [] };
      this.#raw('\r\n> ');
    });
    return undefined;
  }

  #textOctet(text: { readonly length: number; readonly octets: number[] }, octet: number): void {
    if (octet === escapeOctet) {
      this.#text = undefined;
      this.#say('OK');
      return;
    }
    if (octet !== ctrlZ) {
      text.octets.push(octet);
      const { unplugAfterTextOctets: limit } = this.#faults;
      if (limit !== null && text.octets.length >= limit) {
        this.#text = undefined;
        this.#end.unplug();
      }
      return;
    }
    this.#text = undefined;
    this.#submit(Buffer.from(text.octets).toString('latin1'), text.length);
  }

  #submit(pdu: string, length: number): void {
    const [error, ...more] = this.#faults.cmsErrors;
    if (error !== undefined) {
      this.#faults = { ...this.#faults, cmsErrors: more };
      this.#later(200, () => this.#say(this.#error('CMS', error)));
      return;
    }
    const part = readSubmit(pdu, length);
    if (part === undefined) {
      this.#later(200, () => this.#say(this.#error('CMS', 304)));
      return;
    }
    if (this.#faults.storeReports && this.#store.filter((each) => each !== undefined).length >= storePlaces) {
      this.#later(200, () => this.#say(this.#error('CMS', 322)));
      return;
    }
    this.#reference = (this.#reference + 1) & 0xff;
    this.#sent(part, this.#reference);
    if (this.#faults.unplugAfterText) {
      this.#end.unplug();
      return;
    }
    if (this.#faults.finalMs === Number.POSITIVE_INFINITY) return;
    const reference = this.#reference;
    this.#later(this.#faults.finalMs, () => {
      this.#say(`+CMGS: ${reference}`);
      this.#say('OK');
    });
  }

  #later(waitMs: number, task: () => void): void {
    this.#working = true;
    this.#context.clock.after(waitMs, () => {
      this.#working = false;
      task();
    });
  }

  /** To the telephone, and back the report. */
  #sent(part: ReceivedPart, reference: number): void {
    this.#parts += 1;
    this.#inbox.receive(part);
    this.changed.emit();
    if (!part.reportAsked || !this.#indications) return;
    this.#context.clock.after(deliveryMs, () => {
      const report = statusReportPdu(reference, part);
      if (this.#faults.storeReports) {
        const place = this.#store.indexOf(undefined);
        const at = place === -1 ? this.#store.length : place;
        this.#store[at] = report;
        this.#say(`+CDSI: "ME",${at + 1}`);
      } else this.#raw(`\r\n+CDS: ${report.length / 2 - 9}\r\n${report}\r\n`);
    });
  }

  #stored(place: number): string {
    const pdu = this.#store[place - 1];
    if (pdu === undefined) return this.#error('CMS', 321);
    this.#say('+CMGR: 1,,26');
    this.#raw(`${pdu}\r\n`);
    return 'OK';
  }

  #reply(line: string): string {
    this.#say(line);
    return 'OK';
  }

  #error(kind: 'CMS' | 'CME', code: number): string {
    return this.#numericErrors || kind === 'CMS' ? `+${kind} ERROR: ${code}` : 'ERROR';
  }

  #say(line: string): void {
    if (this.#faults.chatter) this.#raw('\r\n^RSSI: 18\r\n');
    this.#raw(`\r\n${line}\r\n`);
  }

  #raw(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    if (this.#faults.splitReplies) for (const octet of bytes) this.#end.send(Uint8Array.of(octet));
    else this.#end.send(bytes);
  }
}
