/**
 * China Mobile cloud MAS, HTTP interface `norsubmit`: the body is base64 of JSON, the `mac` an MD5 over the fields.
 * Source: interface description of mas.10086.cn. The mac covers no time, so a captured request could be sent again: HTTPS alone.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TextMessage } from '../sms-sender.ts';
import {
  type GatewayAnswer,
  type GatewayProtocol,
  type HttpAnswer,
  type HttpRequest,
  jsonObject,
  mainlandNumber,
  serverFailure,
  textOf,
} from './gateway-protocol.ts';

export const zMasOptions = z.strictObject({
  url: z.url({
    protocol: /^https$/,
    error: 'an https:// address: the signature covers no time, so plain HTTP could be replayed',
  }),
  /** Name of the enterprise as registered. */
  ec_name: z.string().min(1),
  ap_id: z.string().min(1),
  secret_key: z.string().min(1),
  /** Code of the signature that the provider has approved. */
  sign: z.string().min(1),
  /** Behind the service code; both together have at most 20 digits. */
  add_serial: z
    .string()
    .regex(/^\d{0,20}$/)
    .default(''),
});

type MasOptions = z.output<typeof zMasOptions>;

const meanings: Readonly<Record<string, Omit<Extract<GatewayAnswer, { kind: 'not-sent' }>, 'kind' | 'reason'>>> = {
  IllegalMac: { retry: 'mend', remedy: 'the signature is refused: check secret_key, ec_name and ap_id' },
  IllegalSignId: { retry: 'mend', remedy: 'the provider does not know this sign: check its code' },
  NoSignId: { retry: 'mend', remedy: 'no sign was given, or it is not approved yet' },
  InvalidUsrOrPwd: { retry: 'mend', remedy: 'ec_name, ap_id or secret_key is wrong' },
  InvalidMessage: { retry: 'never' },
  TooManyMobiles: { retry: 'never' },
};

export class Mas implements GatewayProtocol {
  readonly host: string;
  #options: MasOptions;

  constructor(options: MasOptions) {
    this.#options = options;
    this.host = new URL(options.url).host;
  }

  request({ to, text }: TextMessage): HttpRequest {
    const { url, ec_name: ecName, ap_id: apId, secret_key: secretKey, sign, add_serial: addSerial } = this.#options;
    const mobiles = mainlandNumber(to);
    if (!/^1\d{10}$/.test(mobiles)) throw new RangeError('cloud MAS takes mainland mobile numbers alone');
    const mac = masMac([ecName, apId, secretKey, mobiles, text, sign, addSerial]);
    const body = JSON.stringify({ ecName, apId, mobiles, content: text, sign, addSerial, mac });
    return {
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(body, 'utf8').toString('base64'),
    };
  }

  read(answer: HttpAnswer): GatewayAnswer {
    const failed = serverFailure(answer);
    if (failed !== undefined) return failed;
    const { rspcod, mgsGroup } = jsonObject(answer.body);
    const code = textOf(rspcod);
    if (code === 'success') return { kind: 'sent', reference: textOf(mgsGroup) || undefined };
    if (code === '') return { kind: 'unknown', reason: 'unreadable-answer' };
    return { kind: 'not-sent', reason: code, ...(meanings[code] ?? { retry: 'mend' as const }) };
  }
}

/** Lower-case hex MD5 over the fields in this order, nothing between them. */
export function masMac(fields: readonly string[]): string {
  return createHash('md5').update(fields.join(''), 'utf8').digest('hex');
}
