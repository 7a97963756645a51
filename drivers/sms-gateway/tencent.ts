/**
 * Tencent Cloud SMS, action SendSms, version 2021-01-11, signed by TC3-HMAC-SHA256.
 * Source: Tencent Cloud, "Signature v3" (document 382/40466 of the international site) and "SendSms" (382/40468).
 */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { TextMessage } from '../sms-sender.ts';
import {
  type GatewayAnswer,
  type GatewayProtocol,
  type HttpAnswer,
  type HttpRequest,
  jsonObject,
  type RequestFacts,
  serverFailure,
  textOf,
} from './gateway-protocol.ts';

export const zTencentOptions = z.strictObject({
  endpoint: z.url({ protocol: /^https$/ }).default('https://sms.tencentcloudapi.com/'),
  secret_id: z.string().min(1),
  secret_key: z.string().min(1),
  region: z.string().default('ap-guangzhou'),
  sdk_app_id: z.string().min(1),
  sign_name: z.string().min(1),
});

type TencentOptions = z.output<typeof zTencentOptions>;

const contentType = 'application/json; charset=utf-8';

export class Tencent implements GatewayProtocol {
  readonly host: string;
  #options: TencentOptions;

  constructor(options: TencentOptions) {
    this.#options = options;
    this.host = new URL(options.endpoint).host;
  }

  request({ id, to, template }: TextMessage, { wallMs }: RequestFacts): HttpRequest {
    if (template === undefined)
      throw new RangeError('Tencent sends approved templates alone: give this message a template code');
    const {
      endpoint,
      secret_id: secretId,
      secret_key: secretKey,
      region,
      sdk_app_id: app,
      sign_name: sign,
    } = this.#options;
    const body = JSON.stringify({
      PhoneNumberSet: [to.startsWith('+') ? to : `+86${to}`],
      SmsSdkAppId: app,
      SignName: sign,
      TemplateId: template.code,
      TemplateParamSet: Object.values(template.fields),
      SessionContext: id,
    });
    const seconds = Math.floor(wallMs / 1000);
    const authorization = tc3Authorization({ secretId, secretKey, host: this.host, service: 'sms', body, seconds });
    return {
      method: 'POST',
      url: endpoint,
      headers: {
        authorization,
        'content-type': contentType,
        'x-tc-action': 'SendSms',
        'x-tc-region': region,
        'x-tc-timestamp': String(seconds),
        'x-tc-version': '2021-01-11',
      },
      body,
    };
  }

  read(answer: HttpAnswer): GatewayAnswer {
    const failed = serverFailure(answer);
    if (failed !== undefined) return failed;
    const { Response } = jsonObject(answer.body) as { readonly Response?: Readonly<Record<string, unknown>> };
    const error = Response?.Error as { readonly Code?: unknown } | undefined;
    if (error !== undefined) return notSent(textOf(error.Code));
    const [status] = (Array.isArray(Response?.SendStatusSet) ? Response.SendStatusSet : []) as readonly {
      readonly Code?: unknown;
      readonly SerialNo?: unknown;
    }[];
    const code = textOf(status?.Code);
    if (code === '') return { kind: 'unknown', reason: 'unreadable-answer' };
    return code === 'Ok' ? { kind: 'sent', reference: textOf(status?.SerialNo) || undefined } : notSent(code);
  }
}

function notSent(code: string): GatewayAnswer {
  return { kind: 'not-sent', reason: code, ...meaning(code) };
}

function meaning(code: string): { readonly retry: 'later' | 'never' | 'mend'; readonly remedy?: string } {
  if (code.startsWith('LimitExceeded.')) return { retry: 'never' };
  if (code === 'RequestLimitExceeded' || code.startsWith('InternalError')) return { retry: 'later' };
  if (code.startsWith('AuthFailure.SignatureExpire'))
    return { retry: 'mend', remedy: "this machine's clock is wrong: set it" };
  if (code.startsWith('AuthFailure'))
    return { retry: 'mend', remedy: 'the key is refused: check secret_id and secret_key' };
  if (code === 'FailedOperation.InsufficientBalanceInSmsPackage')
    return { retry: 'mend', remedy: 'the package of messages is used up: buy another at the provider' };
  if (code.startsWith('FailedOperation.Signature') || code.startsWith('FailedOperation.Template'))
    return { retry: 'mend', remedy: 'the signature or the template is not approved' };
  if (/PhoneNumber|InvalidParameter|ContainSensitiveWord|InBlacklist/.test(code)) return { retry: 'never' };
  return { retry: 'mend' };
}

export interface Tc3Parts {
  readonly secretId: string;
  readonly secretKey: string;
  readonly host: string;
  readonly service: string;
  readonly body: string;
  /** Since 1970; the provider allows five minutes. */
  readonly seconds: number;
}

/** The header `Authorization`, over `content-type` and `host`. */
export function tc3Authorization({ secretId, secretKey, host, service, body, seconds }: Tc3Parts): string {
  const date = new Date(seconds * 1000).toISOString().slice(0, 10);
  const headers = 'content-type;host';
  const canonical = ['POST', '/', '', `content-type:${contentType}\nhost:${host}\n`, headers, sha256(body)].join('\n');
  const scope = `${date}/${service}/tc3_request`;
  const toSign = ['TC3-HMAC-SHA256', String(seconds), scope, sha256(canonical)].join('\n');
  const key = [date, service, 'tc3_request'].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `TC3${secretKey}`,
  );
  const signature = createHmac('sha256', key).update(toSign, 'utf8').digest('hex');
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${headers}, Signature=${signature}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
