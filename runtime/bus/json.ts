/** Bytes from a bus as JSON, bounded, or the reason why not. */
import { maxMessageBytes } from '../../devices/contract/envelope.ts';

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string };

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseJson(payload: Uint8Array): ParsedJson {
  if (payload.length > maxMessageBytes) return { ok: false, reason: `longer than ${maxMessageBytes} bytes` };
  try {
    return { ok: true, value: JSON.parse(utf8.decode(payload)) };
  } catch {
    return { ok: false, reason: 'not JSON in UTF-8' };
  }
}
