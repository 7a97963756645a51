/** A provider's HTTP interface as pure functions: what one message is as a request, what its answer means. */
import type { DeliveryReport, TextMessage } from '../sms-sender.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export type GatewayAnswer =
  | { readonly kind: 'sent'; readonly reference: string | undefined }
  /** The provider's own code stays in `reason`. `fault`: what a person has to mend, where it is more than this message. */
  | {
      readonly kind: 'not-sent';
      readonly reason: string;
      readonly retry: 'later' | 'never' | 'mend';
      readonly remedy?: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

export interface RequestFacts {
  /** `Clock.wallMs`: providers refuse a request whose time is off by more than a few minutes. */
  readonly wallMs: number;
  /** New for every request. */
  readonly nonce: string;
}

export interface GatewayProtocol {
  /** Where it sends to, for messages: `sms.tencentcloudapi.com`. */
  readonly host: string;
  /** Throws `RangeError` for a message that the provider cannot take: no template, a number of another country. */
  request(message: TextMessage, facts: RequestFacts): HttpRequest;
  read(answer: HttpAnswer): GatewayAnswer;
  /** What the provider pushes to our callback; `undefined`: nothing that it would send. */
  reports?(body: string): readonly DeliveryReport[] | undefined;
}

/** A body that is no JSON object is an empty one: what it lacks is then said by field. */
export function jsonObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch (error) {
    // The one failure of JSON.parse; anything else is a defect.
    if (!(error instanceof SyntaxError)) throw error;
    return {};
  }
}

/** A proxy's or a provider's own failure: the message may have been taken before it. */
export function serverFailure({ status }: HttpAnswer): GatewayAnswer | undefined {
  return status >= 500 ? { kind: 'unknown', reason: `http-${status}` } : undefined;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Without `+86` and spaces: what mainland providers take; others keep `+`. */
export function mainlandNumber(to: string): string {
  return to.replace(/^\+86/, '');
}
