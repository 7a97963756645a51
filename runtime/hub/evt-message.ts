/** The edge of `evt`: bytes from the bus become an envelope of a known shape, or a reason why not. */
import { type EvtEnvelope, zEvtEnvelope } from '../../devices/contract/envelope.ts';
import { parseJson } from '../bus/json.ts';

export type ParsedEvt =
  | { readonly ok: true; readonly envelope: EvtEnvelope }
  | { readonly ok: false; readonly reason: string };

/** `node` is the id in the topic; an envelope that names another is refused. */
export function parseEvt(node: string, payload: Uint8Array): ParsedEvt {
  const json = parseJson(payload);
  if (!json.ok) return json;
  const parsed = zEvtEnvelope.safeParse(json.value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { ok: false, reason: `envelope: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'wrong'}` };
  }
  if (parsed.data.node !== node) return { ok: false, reason: 'the envelope names another node than its topic' };
  return { ok: true, envelope: parsed.data };
}
