/**
 * Who may do what. In the demo anybody at this machine may do anything; a hall asks for a token, whose SHA-256 alone is
 * in the config, and a token has one role. Reading the hall needs no token: no view holds personal data (F20).
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { PersonRole } from '../../devices/contract/people.ts';

export interface PageToken {
  readonly role: PersonRole;
  readonly id: string;
  /** SHA-256 of the token, in hex. */
  readonly sha256: string;
}

export type PageAccess =
  | { readonly kind: 'open-loopback' }
  | { readonly kind: 'token'; readonly tokens: readonly PageToken[] };

export interface Person {
  readonly kind: PersonRole;
  readonly id: string;
}

/** The person behind an `Authorization: Bearer …` header; `undefined` for none or a wrong one. */
export function personOf(access: PageAccess, authorization: string | undefined): Person | undefined {
  if (access.kind === 'open-loopback') return { kind: 'supervisor', id: 'demo' };
  const token = /^Bearer ([\x21-\x7e]{8,256})$/.exec(authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const given = createHash('sha256').update(token).digest();
  let found: Person | undefined;
  // Every token is compared, so that the time taken does not tell which one was near.
  for (const each of access.tokens) {
    const expected = Buffer.from(each.sha256, 'hex');
    if (expected.length === given.length && timingSafeEqual(expected, given)) found = { kind: each.role, id: each.id };
  }
  return found;
}

/** In the demo a page says in whose role it speaks; elsewhere the token does. */
export function actingAs(access: PageAccess, person: Person, as: PersonRole | undefined): Person {
  if (access.kind === 'open-loopback' && as !== undefined) return { kind: as, id: `demo-${as}` };
  return person;
}
