/** What every part of the API shares: how an error looks, and what travels with a request. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../../drivers/log.ts';

/** `env` is empty when a test calls the application without a socket. */
export interface WebEnv {
  Bindings: Partial<HttpBindings>;
  Variables: { readonly log: Log };
}
export type WebContext = Context<WebEnv>;

export function refuse(context: WebContext, status: ContentfulStatusCode, code: string, message: string): Response {
  return context.json({ ok: false, error: { code, message } }, status);
}

export function addressOf(context: WebContext): string {
  return context.env?.incoming?.socket.remoteAddress ?? 'none';
}
