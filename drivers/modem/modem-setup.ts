/**
 * From a modem that answers to one that can send: echo off, numbered errors, card, network, service centre, PDU mode. Asked
 * again every minute: a modem that lost its power in between has forgotten all of it.
 * Sources: 3GPP TS 27.007, sections 7.2 (registration), 8.3 (PIN), 8.5 (signal), 9.1 (errors); 27.005, sections 3.2.3 (PDU
 * mode), 3.3.1 (service centre), 3.4.1 (indications).
 */
import type { Reply } from './at-chat.ts';
import { errorMeaning } from './at-errors.ts';
import type { ModemOptions } from './modem-profile.ts';

export type SetupStep =
  | { readonly kind: 'ready'; readonly signal: number | undefined }
  /** What a person has to do first. */
  | { readonly kind: 'blocked'; readonly code: string; readonly remedy: string }
  | { readonly kind: 'silent' };

type Ask = (text: string, timeoutMs: number) => Promise<Reply>;

interface SetupParts {
  readonly options: ModemOptions;
  readonly mayEnterPin: boolean;
  pinEntered(): void;
}

const plainMs = 2_000;
const pinMs = 5_000;
const registered = new Set([1, 5]);

export async function bringUp(ask: Ask, parts: SetupParts): Promise<SetupStep> {
  for (const text of ['ATE0', 'AT+CMEE=1']) if ((await ask(text, plainMs)).kind !== 'final') return { kind: 'silent' };
  const card = await cardStep(ask, parts);
  if (card !== undefined) return card;
  const network = await networkStep(ask, parts.options);
  if (network !== undefined) return network;
  return modeStep(ask, parts.options);
}

async function cardStep(ask: Ask, parts: SetupParts): Promise<SetupStep | undefined> {
  const reply = await ask('AT+CPIN?', pinMs);
  if (reply.kind !== 'final') return { kind: 'silent' };
  if (reply.result.kind !== 'ok') {
    const { name } = errorMeaning(reply.result);
    return blocked(name, `the modem cannot use its card (${name}): put the card in, then press its tray home`);
  }
  const state = /^\+CPIN: *(.+)$/.exec(reply.lines.find((line) => line.startsWith('+CPIN:')) ?? '')?.[1] ?? '';
  if (state === 'READY') return undefined;
  if (state !== 'SIM PIN')
    return blocked(
      'card-locked',
      `the card asks for "${state}": unlock it in a telephone, with the papers of its carrier`,
    );
  const { pin } = parts.options;
  if (pin === undefined)
    return blocked('pin-needed', 'the card asks for its PIN: set "pin" in the options, or switch the PIN off');
  if (!parts.mayEnterPin)
    return blocked(
      'pin-wrong',
      'the card refused the PIN of the options: correct it, then restart this box; a third wrong PIN locks the card',
    );
  parts.pinEntered();
  const entered = await ask(`AT+CPIN=${pin}`, pinMs);
  if (entered.kind !== 'final') return { kind: 'silent' };
  return entered.result.kind === 'ok'
    ? undefined
    : blocked(
        'pin-wrong',
        'the card refused the PIN of the options: correct it, then restart this box; a third wrong PIN locks the card',
      );
}

async function networkStep(ask: Ask, { registration }: ModemOptions): Promise<SetupStep | undefined> {
  let denied = false;
  for (const name of registration) {
    const reply = await ask(`AT+${name}?`, plainMs);
    if (reply.kind !== 'final') return { kind: 'silent' };
    const line = reply.lines.find((each) => each.startsWith(`+${name}:`)) ?? '';
    const state = Number(/^\+\w+: *\d+, *(\d+)/.exec(line)?.[1] ?? Number.NaN);
    if (registered.has(state)) return undefined;
    denied ||= state === 3;
  }
  return denied
    ? blocked('network-denied', 'the network refuses this card: ask its carrier whether it is active')
    : blocked('no-network', 'the modem finds no network: check the antenna, and whether the carrier has a net here');
}

async function modeStep(ask: Ask, { delivery_reports: reports, bearer, setup }: ModemOptions): Promise<SetupStep> {
  const centre = await ask('AT+CSCA?', plainMs);
  if (centre.kind !== 'final') return { kind: 'silent' };
  if (centre.lines.some((line) => /^\+CSCA: *""/.test(line)))
    return blocked(
      'service-centre-unknown',
      'the card has no service centre: set it once by AT+CSCA="+86…", the carrier names it',
    );
  const mode = await ask('AT+CMGF=0', plainMs);
  if (mode.kind !== 'final') return { kind: 'silent' };
  if (mode.result.kind !== 'ok') return blocked('no-pdu-mode', 'this modem has no PDU mode: take another model');
  const indications = reports ? ['AT+CSMS=1', 'AT+CNMI=2,1,0,1,0'] : [];
  const wishes = [...indications, ...(bearer === undefined ? [] : [`AT+CGSMS=${bearer}`]), ...setup];
  // Wishes: a modem that refuses one of them can send all the same.
  for (const text of wishes) if ((await ask(text, plainMs)).kind !== 'final') return { kind: 'silent' };
  const quality = await ask('AT+CSQ', plainMs);
  if (quality.kind !== 'final') return { kind: 'silent' };
  const level = Number(/^\+CSQ: *(\d+)/.exec(quality.lines.find((line) => line.startsWith('+CSQ:')) ?? '')?.[1] ?? 99);
  return { kind: 'ready', signal: level === 99 ? undefined : level };
}

/** `+CSQ` 0 to 31 (27.007, section 8.5). */
export function signalOf(level: number): string {
  return `${-113 + 2 * level} dBm`;
}

function blocked(code: string, remedy: string): SetupStep {
  return { kind: 'blocked', code, remedy };
}
