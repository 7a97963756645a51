/** Gateway protocols by name: the only file that knows them all. */
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { DriverContext } from '../driver.ts';
import { DeviceError } from '../errors.ts';
import type { SmsSender } from '../sms-sender.ts';
import { Aliyun, zAliyunOptions } from './aliyun.ts';
import { CmppClient } from './cmpp-client.ts';
import { zCmppOptions } from './cmpp-options.ts';
import type { GatewayProtocol } from './gateway-protocol.ts';
import { httpClient } from './http-client.ts';
import { HttpGateway } from './http-gateway.ts';
import { Mas, zMasOptions } from './mas.ts';
import { TemplateGateway, zTemplateGatewayOptions } from './template-gateway.ts';
import { Tencent, zTencentOptions } from './tencent.ts';

/** Names that a config may give, with their options. `cmpp` keeps a connection open on a TCP port, the others speak HTTP. */
export const gatewayProtocols = {
  mas: zMasOptions,
  aliyun: zAliyunOptions,
  tencent: zTencentOptions,
  template: zTemplateGatewayOptions,
  cmpp: zCmppOptions,
} as const;

export type HttpGatewayName = Exclude<keyof typeof gatewayProtocols, 'cmpp'>;

export interface GatewaySettings {
  /** For messages: `sms gateway`. */
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** What the provider's contract allows. */
  readonly mostPerMinute: number;
}

/** Throws `DeviceError` `illegal` for options that are wrong; the message names the field, never a secret. */
export function createHttpGateway(context: Context, protocol: HttpGatewayName, settings: GatewaySettings): HttpGateway {
  const { name, options, mostPerMinute } = settings;
  return new HttpGateway(context, {
    name,
    protocol: protocolOf(protocol, name, options),
    http: httpClient,
    mostPerMinute,
  });
}

export function createCmpp(context: DriverContext, options: Readonly<Record<string, unknown>>): SmsSender {
  return new CmppClient(context, checked(zCmppOptions, context.name, options));
}

function protocolOf(
  protocol: HttpGatewayName,
  name: string,
  options: Readonly<Record<string, unknown>>,
): GatewayProtocol {
  switch (protocol) {
    case 'mas':
      return new Mas(checked(zMasOptions, name, options));
    case 'aliyun':
      return new Aliyun(checked(zAliyunOptions, name, options));
    case 'tencent':
      return new Tencent(checked(zTencentOptions, name, options));
    case 'template':
      return new TemplateGateway(checked(zTemplateGatewayOptions, name, options));
  }
}

function checked<T>(schema: z.ZodType<T>, name: string, options: Readonly<Record<string, unknown>>): T {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  throw new DeviceError('illegal', `${name}: options: ${z.prettifyError(result.error)}`);
}
