/**
 * Aliyun SMS, action SendSms, version 2017-05-25, signed as an RPC request with HMAC-SHA1.
 * Source: Alibaba Cloud, "Request signatures (RPC)" and "SendSms"; its limits: 50 notices a day for one number, signature and
 * template. Templates alone, never free text.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { TextMessage } from '../sms-sender.ts';
import {
  type GatewayAnswer,
  type GatewayProtocol,
  type HttpAnswer,
  type HttpRequest,
  jsonObject,
  mainlandNumber,
  type RequestFacts,
  serverFailure,
  textOf,
} from './gateway-protocol.ts';

export const zAliyunOptions = z.strictObject({
  endpoint: z.url({ protocol: /^https$/ }).default('https://dysmsapi.aliyuncs.com/'),
  access_key_id: z.string().min(1),
  access_key_secret: z.string().min(1),
  /** The approved signature's name. */
  sign_name: z.string().min(1),
});

type AliyunOptions = z.output<typeof zAliyunOptions>;

export class Aliyun implements GatewayProtocol {
  readonly host: string;
  #options: AliyunOptions;

  constructor(options: AliyunOptions) {
    this.#options = options;
    this.host = new URL(options.endpoint).host;
  }

  request({ id, to, template }: TextMessage, { wallMs, nonce }: RequestFacts): HttpRequest {
    if (template === undefined)
      throw new RangeError('Aliyun sends approved templates alone: give this message a template code');
    const { endpoint, access_key_id: keyId, access_key_secret: secret, sign_name: signName } = this.#options;
    const parameters = {
      AccessKeyId: keyId,
      Action: 'SendSms',
      Format: 'JSON',
      OutId: id,
      PhoneNumbers: mainlandNumber(to),
      SignName: signName,
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: nonce,
      SignatureVersion: '1.0',
      TemplateCode: template.code,
      TemplateParam: JSON.stringify(template.fields),
      Timestamp: new Date(wallMs).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      Version: '2017-05-25',
    };
    const signature = aliyunSignature('POST', parameters, secret);
    return {
      method: 'POST',
      url: endpoint,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: canonicalQuery({ ...parameters, Signature: signature }),
    };
  }

  read(answer: HttpAnswer): GatewayAnswer {
    const failed = serverFailure(answer);
    if (failed !== undefined) return failed;
    const { Code, BizId } = jsonObject(answer.body);
    const code = textOf(Code);
    if (code === 'OK') return { kind: 'sent', reference: textOf(BizId) || undefined };
    if (code === '') return { kind: 'unknown', reason: 'unreadable-answer' };
    return { kind: 'not-sent', reason: code, ...meaning(code) };
  }
}

function meaning(code: string): { readonly retry: 'later' | 'never' | 'mend'; readonly remedy?: string } {
  switch (code) {
    case 'isv.BUSINESS_LIMIT_CONTROL':
    case 'isv.DAY_LIMIT_CONTROL':
      // A limit of this number or of this day: the same message is of no use tomorrow.
      return { retry: 'never' };
    case 'isv.MOBILE_NUMBER_ILLEGAL':
    case 'isv.INVALID_PARAMETERS':
    case 'isv.TEMPLATE_MISSING_PARAMETERS':
    case 'isv.INVALID_JSON_PARAM':
    case 'isv.PARAM_LENGTH_LIMIT':
    case 'isv.BLACK_KEY_CONTROL_LIMIT':
      return { retry: 'never' };
    case 'isp.SYSTEM_ERROR':
    case 'Throttling':
    case 'Throttling.User':
    case 'isp.GATEWAY_ERROR':
      return { retry: 'later' };
    case 'isv.AMOUNT_NOT_ENOUGH':
    case 'isv.OUT_OF_SERVICE':
      return { retry: 'mend', remedy: 'the account has no credit: pay it in at the provider' };
    case 'isv.SMS_SIGNATURE_ILLEGAL':
      return { retry: 'mend', remedy: 'the signature is not approved: a new one takes 5 to 10 working days' };
    case 'isv.SMS_TEMPLATE_ILLEGAL':
      return { retry: 'mend', remedy: 'the template code is not known or not approved' };
    case 'SignatureDoesNotMatch':
    case 'InvalidAccessKeyId.NotFound':
    case 'isv.ACCOUNT_NOT_EXISTS':
      return { retry: 'mend', remedy: 'the access key is wrong: check access_key_id and its secret' };
    case 'InvalidTimeStamp.Expired':
    case 'IllegalTimestamp':
      return { retry: 'mend', remedy: "this machine's clock is wrong: set it" };
    default:
      return { retry: 'mend' };
  }
}

/** RFC 3986: Alibaba Cloud signs `%20` for a space, `%2A` for an asterisk, and leaves a tilde as it is. */
function percent(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .toSorted()
    .map((name) => `${percent(name)}=${percent(parameters[name] ?? '')}`)
    .join('&');
}

/** Base64 of HMAC-SHA1 over method, `/` and the sorted parameters; the key is the secret and `&`. */
export function aliyunSignature(method: string, parameters: Readonly<Record<string, string>>, secret: string): string {
  const signed = `${method}&${percent('/')}&${percent(canonicalQuery(parameters))}`;
  return createHmac('sha1', `${secret}&`).update(signed, 'utf8').digest('base64');
}
