/** What sends text messages, a modem or a provider's gateway: one message in, one outcome out, delivery reports later. */
import type { DeviceHealth } from './device-health.ts';
import type { HasHealth } from './health.ts';
import type { Log } from './log.ts';
import type { Listenable } from './signal.ts';

export interface TextMessage {
  /** The message's identity for ever: a sender that can, hands it to its provider. */
  readonly id: string;
  /** Digits, `+` in front where international. Never in a log whole: see `maskedNumber`. */
  readonly to: string;
  readonly text: string;
  /** For providers that send templates alone: the template's code and its fields. */
  readonly template?: { readonly code: string; readonly fields: Readonly<Record<string, string>> } | undefined;
  /** `Clock.monotonicMs` after which it is of no use: not begun later, and dropped by the network then, where it can be told. */
  readonly expiresAtMs: number;
}

/**
 * `unknown`: it may have gone, so it is not sent again. `not-sent` is certain: `retry` says whether the same message may go
 * later, never (the number or the text is refused), or not before a person mends the sender.
 */
export type SendOutcome =
  | { readonly kind: 'sent'; readonly references: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'not-sent'; readonly reason: string; readonly retry: 'later' | 'never' | 'mend' };

export interface DeliveryReport {
  /** One of the outcome's `references`. */
  readonly reference: string;
  readonly outcome: 'delivered' | 'trying' | 'failed';
  /** The network's or provider's own word for it. */
  readonly code: string;
}

export interface SmsSender extends HasHealth {
  start(): void;
  close(): Promise<void>;
  /** One at a time is in work; others wait in order, up to the sender's limit, then `not-sent` with reason `queue-full`. Never rejects. */
  send(message: TextMessage): Promise<SendOutcome>;
  readonly reported: Listenable<DeliveryReport>;
}

/** `138****8000`: how a number may stand in a log. */
export function maskedNumber(number: string): string {
  const digits = number.replace(/^\+86/, '');
  return digits.length < 8 ? '****' : `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}

const recorded = {
  sent: { counter: 'sent', message: 'text message sent' },
  unknown: { counter: 'unknown', message: 'text message unknown' },
  'not-sent': { counter: 'notSent', message: 'text message not sent' },
} as const;

/** Every sender counts and logs its outcomes alike. */
export function recordOutcome(health: DeviceHealth, log: Log, to: string, outcome: SendOutcome): void {
  const { counter, message } = recorded[outcome.kind];
  health.count(counter);
  log.info({ to: maskedNumber(to), ...(outcome.kind === 'sent' ? {} : { reason: outcome.reason }) }, message);
}
