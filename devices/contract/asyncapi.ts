/** The contract as one AsyncAPI 3.0 document with JSON Schemas, made of the zod schemas; MQTT binding 0.2.0. */
import { z } from 'zod';
import { answerSchemas, asksAddress, type Channel, channels, wireSchemas } from './channels.ts';
import { maxMessageBytes } from './envelope.ts';
import { type PersonType, personRoles, personSchemas } from './people.ts';
import { samples } from './samples.ts';
import { idPattern } from './terms.ts';
import { contractVersion } from './topics.ts';

type Json = { readonly [key: string]: unknown };

const mqttBinding = '0.2.0';
const httpBinding = '0.3.0';
const parameterTexts: Readonly<Record<string, string>> = {
  hall: 'the hall',
  node: 'the box; equal to `node` in the envelope',
  device: 'the device at its box',
  window: 'the window',
  service: 'what a button stands for',
};

/** `evt.IssueTicket` is no component's name in every tool. */
const componentName = (name: string) => name.replace('.', '');

export function asyncApi(): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'halld: devices of a service hall',
      version: `${contractVersion}.0.0`,
      description:
        `MQTT 3.1.1, JSON in UTF-8, at most ${maxMessageBytes} bytes a message. Unknown fields are ignored; an unknown ` +
        'event type is answered with an error. Made from the schemas in `devices/contract`: do not edit by hand.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(channels.map((channel) => [channel.id, channelOf(channel)])),
      asks: {
        address: asksAddress,
        summary: 'what people ask of the hub',
        description: 'HTTP with a bearer token; each message names the roles that may send it.',
        messages: references(Object.keys(personSchemas).map((type) => `ask.${type}`)),
      },
    },
    operations: {
      ...Object.fromEntries(channels.map((channel) => [`${channel.writer}Sends.${channel.id}`, operationOf(channel)])),
      peopleAsk: {
        action: 'send',
        channel: { $ref: '#/channels/asks' },
        summary: 'a person at a page, or another system with a token',
        bindings: { http: { method: 'POST', bindingVersion: httpBinding } },
      },
    },
    components: {
      messages: Object.fromEntries(Object.keys(wireSchemas).map((name) => [componentName(name), messageOf(name)])),
      schemas: {
        ...Object.fromEntries(
          Object.entries(wireSchemas).map(([name, schema]) => [componentName(name), jsonSchemaOf(schema)]),
        ),
        ...Object.fromEntries(
          Object.entries(answerSchemas).map(([type, schema]) => [`answer${type}`, jsonSchemaOf(schema)]),
        ),
      },
    },
  };
}

/** What a sender may write: fields with a default may be left out, unknown ones are allowed. */
function jsonSchemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }) as Json;
  return json;
}

function channelOf(channel: Channel): Json {
  const parameters = [...channel.address.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const kept = channel.retained ? 'Retained.' : 'Never retained.';
  return {
    address: channel.address,
    summary: channel.summary,
    description: channel.will ? `${kept} The will of the ${channel.writer}'s connection uses this topic.` : kept,
    parameters: Object.fromEntries(
      parameters.map((name) => [name, { description: `${parameterTexts[name]}; ${idPattern.source}` }]),
    ),
    messages: references(channel.messages),
  };
}

function references(names: readonly string[]): Json {
  return Object.fromEntries(
    names.map((name) => [componentName(name), { $ref: `#/components/messages/${componentName(name)}` }]),
  );
}

function operationOf(channel: Channel): Json {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${channel.id}` },
    summary: `the ${channel.writer}: ${channel.summary}`,
    bindings: { mqtt: { qos: 1, retain: channel.retained, bindingVersion: mqttBinding } },
  };
}

function messageOf(name: string): Json {
  const [kind, type] = name.split('.');
  return {
    name,
    ...(kind === 'ask' ? { summary: `roles: ${personRoles(type as PersonType).join(', ')}` } : {}),
    payload: { $ref: `#/components/schemas/${componentName(name)}` },
    examples: (samples[name]?.valid ?? []).map((payload) => ({ payload })),
  };
}
