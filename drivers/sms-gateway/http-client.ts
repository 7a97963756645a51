/** One HTTP request with a deadline: what is certain not to have gone is told apart from what may have. */
import type { HttpAnswer, HttpRequest } from './gateway-protocol.ts';

export type HttpOutcome =
  | { readonly kind: 'answer'; readonly answer: HttpAnswer }
  /** No connection came about: nothing was sent. */
  | { readonly kind: 'not-connected'; readonly reason: string }
  /** Sent, at least in part, and no answer. */
  | { readonly kind: 'no-answer'; readonly reason: string };

export interface HttpClient {
  /** Never rejects. */
  send(request: HttpRequest, deadlineMs: number): Promise<HttpOutcome>;
}

/** Failures of a connection that never was: system errors before the first octet, names, certificates. */
const neverConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;
const mostAnswerOctets = 64 * 1024;

/** By Node's own fetch; redirects are not followed: a text goes to the address in the config alone. */
export const httpClient: HttpClient = {
  async send({ method, url, headers, body }, deadlineMs) {
    try {
      const response = await fetch(url, {
        method,
        headers,
        ...(method === 'GET' ? {} : { body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(deadlineMs),
      });
      return { kind: 'answer', answer: { status: response.status, body: await limitedText(response) } };
    } catch (error) {
      const reason = reasonOf(error);
      return { kind: neverConnected.test(reason) ? 'not-connected' : 'no-answer', reason };
    }
  },
};

async function limitedText(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > mostAnswerOctets) break;
  }
  return text;
}

function reasonOf(error: unknown): string {
  const { cause, name } = error as { readonly cause?: { readonly code?: unknown }; readonly name?: unknown };
  return typeof cause?.code === 'string' ? cause.code : typeof name === 'string' ? name : 'failed';
}
