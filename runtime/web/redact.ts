/**
 * The life line shows messages as they are, but for what is nobody's business: PINs, passwords and phone numbers. A
 * payload may be cut in the middle, so this works on text and not on JSON.
 */
const secretField = /("(?:pin|password|secret|token|phone|msisdn|sms_to)"\s*:\s*)("(?:[^"\\]|\\.)*"?|[-\d.]+)/gi;

export function redactPayload(payload: string): string {
  return payload.replace(secretField, '$1"•••"');
}
