/** `halld sms-test`: sends one text message by a modem or a provider's gateway and says what became of it. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { visitors } from '../../../config/locales/visitors.ts';
import { systemClock } from '../../../drivers/clock.ts';
import { isDeviceError } from '../../../drivers/errors.ts';
import { createModem, modemProtocols } from '../../../drivers/modem/registry.ts';
import { PortLink } from '../../../drivers/port/port-link.ts';
import type { PortOptions } from '../../../drivers/port/port-options.ts';
import { makePort } from '../../../drivers/port/registry.ts';
import { createCmpp, createHttpGateway, gatewayProtocols } from '../../../drivers/sms-gateway/registry.ts';
import { maskedNumber, type SendOutcome, type SmsSender } from '../../../drivers/sms-sender.ts';
import { type Command, UsageError } from '../command.ts';
import { createLog } from '../logger.ts';
import { parseOptions, wholeNumber } from '../options.ts';

const exitNotSent = 1;
const exitNotAvailable = 69;
const readyWithinMs = 30_000;
const reportWithinMs = 30_000;
const mostPerMinute = 60;

const protocols = [...Object.keys(modemProtocols), ...Object.keys(gatewayProtocols)];

export const smsTest: Command = {
  summary: 'sends one text message and says what became of it',
  help: `usage: halld sms-test --to NUMBER [--text TEXT] (--serial PATH [--baud N] | --gateway NAME [--tcp HOST:PORT]) [--options FILE]

  --to NUMBER      digits, "+" and the country in front where it is not the sender's own
  --text TEXT      default: a test sentence in Chinese and English
  --serial PATH    a modem: its AT port, /dev/serial/by-path/…; --baud N is 115200 unless given
  --gateway NAME   ${Object.keys(gatewayProtocols).join(', ')}
  --tcp HOST:PORT  the CMPP gateway
  --options FILE   YAML or JSON with the options of the protocol, secrets among them: readable for you alone
  --template CODE  for providers that send approved templates alone; its fields as --field NAME=VALUE

Waits up to half a minute for a modem to find its network, and as long for the delivery report.
Exit codes: 0 sent, 1 not sent or nobody knows, 64 usage, 66 no such file, 69 no modem or no connection.`,

  async run(args) {
    const { values } = parseOptions(args, {
      to: { type: 'string' },
      text: { type: 'string', default: `${visitors['sms.test'].zh} ${visitors['sms.test'].en}` },
      serial: { type: 'string' },
      baud: { type: 'string', default: '115200' },
      gateway: { type: 'string' },
      tcp: { type: 'string' },
      options: { type: 'string' },
      template: { type: 'string' },
      field: { type: 'string', multiple: true, default: [] },
    });
    if (values.to === undefined) throw new UsageError('--to NUMBER is missing');
    if ((values.serial === undefined) === (values.gateway === undefined))
      throw new UsageError('name one of --serial and --gateway');
    const options = await optionsOf(values.options);
    const opened = await open(values, options);
    try {
      if (!(await ready(opened.sender))) {
        for (const { remedy } of opened.sender.health.faults) console.error(remedy);
        return exitNotAvailable;
      }
      const template =
        values.template === undefined ? undefined : { code: values.template, fields: fieldsOf(values.field) };
      return await send(opened.sender, { to: values.to, text: values.text, template });
    } finally {
      await opened.close();
    }
  },
};

interface Opened {
  readonly sender: SmsSender;
  close(): Promise<void>;
}

interface Flags {
  readonly serial?: string | undefined;
  readonly baud: string;
  readonly gateway?: string | undefined;
  readonly tcp?: string | undefined;
}

async function open(flags: Flags, options: Readonly<Record<string, unknown>>): Promise<Opened> {
  const context = {
    clock: systemClock,
    random: Math.random,
    log: createLog({ part: 'sms-test' }, { usual: 'warn' }),
  };
  const { serial, gateway } = flags;
  try {
    if (gateway !== undefined && gateway !== 'cmpp') {
      if (!isHttpGateway(gateway)) throw new UsageError(`--gateway is one of: ${protocols.slice(1).join(', ')}`);
      const sender = createHttpGateway(context, gateway, { name: 'sms gateway', options, mostPerMinute });
      sender.start();
      return { sender, close: () => sender.close() };
    }
    const port: PortOptions =
      serial === undefined ? tcpPort(flags.tcp) : serialPort(serial, wholeNumber('baud', flags.baud, 300, 921_600));
    const link = new PortLink(context, { name: 'sms port', makePort: makePort(port, context) });
    const line = () => {
      throw new Error('a sender of text messages has its port to itself');
    };
    const driver = { ...context, name: 'sms', link, line };
    const sender =
      serial === undefined ? createCmpp(driver, options) : await createModem({ protocol: 'at-pdu', options }, driver);
    sender.start();
    link.start();
    return {
      sender,
      close: async () => {
        await sender.close();
        await link.close();
      },
    };
  } catch (error) {
    if (isDeviceError(error, 'illegal')) throw new UsageError(error.message);
    throw error;
  }
}

function isHttpGateway(name: string): name is Exclude<keyof typeof gatewayProtocols, 'cmpp'> {
  return name !== 'cmpp' && Object.hasOwn(gatewayProtocols, name);
}

function serialPort(path: string, baud: number): PortOptions {
  return { kind: 'serial', path, baud, data_bits: 8, parity: 'none', stop_bits: 1, flow: 'none' };
}

function tcpPort(tcp: string | undefined): PortOptions {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(tcp ?? '') ?? [];
  if (host === undefined) throw new UsageError('--tcp is written HOST:PORT');
  return { kind: 'tcp', host, port: Number(port) };
}

async function optionsOf(file: string | undefined): Promise<Readonly<Record<string, unknown>>> {
  if (file === undefined) return {};
  const value: unknown = parse(await readFile(file, 'utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`${file}: the options are a list of names with their values`);
  return value as Readonly<Record<string, unknown>>;
}

function fieldsOf(fields: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map((field) => {
      const at = field.indexOf('=');
      if (at < 1) throw new UsageError('--field is written NAME=VALUE');
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
}

/** Ready, or not within half a minute. */
function ready(sender: SmsSender): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = systemClock.after(readyWithinMs, () => resolve(false));
    sender.healthChanged.on(({ state }) => {
      if (state !== 'ready') return;
      timer.cancel();
      resolve(true);
    });
  });
}

async function send(
  sender: SmsSender,
  message: {
    readonly to: string;
    readonly text: string;
    readonly template: { code: string; fields: Readonly<Record<string, string>> } | undefined;
  },
): Promise<number> {
  let report = (_text: string | undefined): void => {};
  // From the first: a report may come before its message's own outcome.
  const reports = new Promise<string | undefined>((resolve) => {
    report = resolve;
  });
  sender.reported.on(({ outcome, code }) => {
    if (outcome !== 'trying') report(`${outcome} (${code})`);
  });
  const expiresAtMs = systemClock.monotonicMs() + 10 * 60_000;
  const outcome = await sender.send({ id: `sms-test-${Date.now()}`, expiresAtMs, ...message });
  console.log(`to ${maskedNumber(message.to)}: ${sentence(outcome)}`);
  if (outcome.kind !== 'sent') return exitNotSent;
  if (outcome.references.length === 0) return 0;
  const timer = systemClock.after(reportWithinMs, () => report(undefined));
  console.log(`report: ${(await reports) ?? 'none within half a minute'}`);
  timer.cancel();
  return 0;
}

function sentence(outcome: SendOutcome): string {
  switch (outcome.kind) {
    case 'sent':
      return `sent${outcome.references.length > 1 ? ` in ${outcome.references.length} parts` : ''}`;
    case 'unknown':
      return `unknown: it may have gone (${outcome.reason}); look at the telephone before you send it again`;
    case 'not-sent':
      return `not sent (${outcome.reason})`;
  }
}
