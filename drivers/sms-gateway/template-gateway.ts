/**
 * Any other provider with an HTTP interface, described in the hall's file: URL, headers and body with `{field}` in them, and
 * what of the answer means success. Fields: `to`, `text`, `id`, `template`, `nonce`, `time` (seconds since 1970).
 */
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

export const zTemplateGatewayOptions = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }),
    /** Plain HTTP carries numbers and texts open: said expressly, for a provider inside the building. */
    allow_http: z.boolean().default(false),
    method: z.enum(['GET', 'POST']).default('POST'),
    headers: z.record(z.string(), z.string()).default({}),
    /** How a field is written into the body, and into the URL always as a query part. */
    body: z.string().max(4096).default(''),
    body_kind: z.enum(['json', 'form', 'text']).default('json'),
    /** The answer is a success when this field of its JSON, by dots, has one of these values; without a field, when the text contains one. */
    success: z.strictObject({ field: z.string().optional(), values: z.array(z.string()).min(1) }),
    /** Where the provider's reference stands in the JSON. */
    reference: z.string().optional(),
    /** Values of the same field after which the message may be sent again later. */
    retry_later: z.array(z.string()).default([]),
    number_form: z.enum(['national', 'international']).default('national'),
  })
  .refine(({ url, allow_http: open }) => open || url.startsWith('https:'), {
    path: ['url'],
    error: 'an https:// address, or "allow_http: true" for a provider inside the building',
  });

type TemplateGatewayOptions = z.output<typeof zTemplateGatewayOptions>;

export class TemplateGateway implements GatewayProtocol {
  readonly host: string;
  #options: TemplateGatewayOptions;

  constructor(options: TemplateGatewayOptions) {
    this.#options = options;
    this.host = new URL(options.url).host;
  }

  request(message: TextMessage, { wallMs, nonce }: RequestFacts): HttpRequest {
    const { url, method, headers, body, body_kind: kind, number_form: form } = this.#options;
    const national = mainlandNumber(message.to);
    const fields: Readonly<Record<string, string>> = {
      to: form === 'national' ? national : message.to.startsWith('+') ? message.to : `+86${national}`,
      text: message.text,
      id: message.id,
      template: message.template?.code ?? '',
      nonce,
      time: String(Math.floor(wallMs / 1000)),
      ...Object.fromEntries(
        Object.entries(message.template?.fields ?? {}).map(([name, value]) => [`field.${name}`, value]),
      ),
    };
    const written = { json: inJson, form: encodeURIComponent, text: (value: string) => value }[kind];
    return {
      method,
      url: fill(url, fields, encodeURIComponent),
      headers: {
        ...(method === 'POST' ? { 'content-type': contentTypes[kind] } : {}),
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value, fields, inHeader)])),
      },
      body: method === 'GET' ? '' : fill(body, fields, written),
    };
  }

  read(answer: HttpAnswer): GatewayAnswer {
    const failed = serverFailure(answer);
    if (failed !== undefined) return failed;
    const { success, reference, retry_later: later } = this.#options;
    const json = jsonObject(answer.body);
    const value = success.field === undefined ? answer.body : textOf(at(json, success.field));
    const succeeded =
      success.field === undefined
        ? success.values.some((each) => value.includes(each))
        : success.values.includes(value);
    if (answer.status < 400 && succeeded)
      return {
        kind: 'sent',
        reference: reference === undefined ? undefined : textOf(at(json, reference)) || undefined,
      };
    const reason = success.field === undefined || value === '' ? `http-${answer.status}` : value.slice(0, 40);
    // A success without the field that says so: nobody knows.
    if (answer.status < 400 && success.field !== undefined && value === '')
      return { kind: 'unknown', reason: 'unreadable-answer' };
    return { kind: 'not-sent', reason, retry: later.includes(value) || answer.status === 429 ? 'later' : 'mend' };
  }
}

const contentTypes = {
  json: 'application/json; charset=utf-8',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
} as const;

function fill(template: string, fields: Readonly<Record<string, string>>, written: (value: string) => string): string {
  return template.replace(/\{([a-z][\w.]*)\}/g, (whole, name: string) => {
    const value = fields[name];
    return value === undefined ? whole : written(value);
  });
}

/** Inside the quotes of a JSON string. */
function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** No line end, so that a text cannot add a header. */
function inHeader(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, ' ');
}

function at(value: unknown, dots: string): unknown {
  let here = value;
  for (const part of dots.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[part];
  }
  return here;
}
