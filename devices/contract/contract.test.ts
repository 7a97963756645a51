/** The contract held to golden messages, to rubbish, and to its own document. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asyncApi } from './asyncapi.ts';
import { answerSchemas, channels, wireSchemas } from './channels.ts';
import { maxMessageBytes, zEvtEnvelope } from './envelope.ts';
import { evtSchemas, isEvtType } from './messages.ts';
import { samples } from './samples.ts';
import { filters, parseTopic, topics } from './topics.ts';

test('every message of the wire has its golden samples, and no sample is of nothing', () => {
  expect(Object.keys(samples).toSorted()).toEqual(Object.keys(wireSchemas).toSorted());
});

describe.each(Object.entries(samples))('%s', (name, { valid, invalid }) => {
  const schema = wireSchemas[name];

  test.each(valid.map((message, index) => [index + 1, message] as const))('valid sample %i is taken', (_n, message) => {
    expect(schema?.safeParse(message).error).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(maxMessageBytes);
  });

  test('an unknown field harms nothing and does not come through', () => {
    const [first] = valid as readonly object[];
    const parsed = schema?.parse({ ...first, something_new: { v: 9 } });
    expect(parsed).not.toHaveProperty('something_new');
  });

  test.each(Object.entries(invalid))('%s is refused', (_why, message) => {
    expect(schema?.safeParse(message).success).toBe(false);
  });
});

test('an answer’s result has a schema of its own, and the sample follows it', () => {
  const [ack] = samples.Ack?.valid ?? [];
  const [first] = (ack as { answers: { result: unknown }[] }).answers;
  expect(answerSchemas.IssueTicket?.safeParse(first?.result).error).toBeUndefined();
});

test('rubbish is refused by a result, never by a throw', () => {
  const rubbish = fc.oneof(
    fc.jsonValue(),
    fc.record({ v: fc.constant(1), id: fc.string(), type: fc.string(), data: fc.jsonValue() }),
    fc.constantFrom('__proto__', 'toString', 'constructor').map((type) => ({ v: 1, type, data: {} })),
  );
  fc.assert(
    fc.property(rubbish, (message) => {
      for (const schema of Object.values(wireSchemas)) schema.safeParse(message);
      zEvtEnvelope.safeParse(message);
      const type = (message as { type?: unknown } | null)?.type;
      if (typeof type === 'string' && isEvtType(type)) evtSchemas[type].safeParse(message);
    }),
    { numRuns: 300 },
  );
});

test('a good message with one field turned into rubbish is refused or still whole, never thrown over', () => {
  const goods = Object.entries(samples).flatMap(([name, { valid }]) =>
    valid.map((message) => [name, message] as const),
  );
  fc.assert(
    fc.property(fc.constantFrom(...goods), fc.nat(), fc.jsonValue(), ([name, message], which, rubbish) => {
      const fields = Object.keys(message as object);
      const field = fields[which % fields.length] ?? 'v';
      const result = wireSchemas[name]?.safeParse({ ...(message as object), [field]: rubbish });
      if (result?.success) expect(() => JSON.stringify(result.data)).not.toThrow();
    }),
    { numRuns: 2_000 },
  );
});

test.each(['toString', '__proto__', 'constructor', 'hasOwnProperty', '', 'issueticket'])(
  '%j is no event type',
  (type) => {
    expect(isEvtType(type)).toBe(false);
  },
);

describe('topics', () => {
  const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/);

  test('what is made is taken apart into the same, in its own hall alone', () => {
    fc.assert(
      fc.property(id, id, id, id, (hall, other, a, b) => {
        const made = {
          [topics.hubState(hall)]: { kind: 'hub-state' },
          [topics.nodeState(hall, a)]: { kind: 'node-state', node: a },
          [topics.nodeBirth(hall, a)]: { kind: 'node-birth', node: a },
          [topics.nodeDevice(hall, a, b)]: { kind: 'node-device', node: a, device: b },
          [topics.nodeEvt(hall, a)]: { kind: 'node-evt', node: a },
          [topics.nodeAck(hall, a)]: { kind: 'node-ack', node: a },
          [topics.nodeCmd(hall, a)]: { kind: 'node-cmd', node: a },
          [topics.nodeRes(hall, a)]: { kind: 'node-res', node: a },
          [topics.windowView(hall, a)]: { kind: 'window-view', window: a },
          [topics.serviceView(hall, a)]: { kind: 'service-view', service: a },
          [topics.hallView(hall)]: { kind: 'hall-view' },
          [topics.log(hall)]: { kind: 'log' },
        };
        expect(Object.keys(made)).toHaveLength(channels.length);
        for (const [topic, parsed] of Object.entries(made)) {
          expect(parseTopic(hall, topic)).toEqual(parsed);
          if (other !== hall) expect(parseTopic(other, topic)).toBeUndefined();
          expect(parseTopic(hall, `${topic}/more`)).toBeUndefined();
          expect(parseTopic(hall, topic.replace('hall/1/', 'hall/2/'))).toBeUndefined();
        }
      }),
    );
  });

  test('whatever is taken apart is made of the same parts; the rest is nobody’s', () => {
    const level = fc.oneof(
      fc.constantFrom(
        'hub',
        'node',
        'view',
        'log',
        'hall',
        'window',
        'service',
        'state',
        'device',
        'toString',
        '',
        '+',
        '#',
      ),
      fc.string({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(level, { maxLength: 6 }), (levels) => {
        const topic = ['hall/1/h', ...levels].join('/');
        const parsed = parseTopic('h', topic);
        if (parsed === undefined) return;
        expect(parsed.kind).toBeTypeOf('string');
        const again = {
          'hub-state': topics.hubState('h'),
          'hall-view': topics.hallView('h'),
          log: topics.log('h'),
        } as Record<string, string>;
        if ('device' in parsed) again[parsed.kind] = topics.nodeDevice('h', parsed.node, parsed.device);
        else if ('node' in parsed) again[parsed.kind] = `hall/1/h/node/${parsed.node}/${parsed.kind.slice(5)}`;
        else if ('window' in parsed) again[parsed.kind] = topics.windowView('h', parsed.window);
        else if ('service' in parsed) again[parsed.kind] = topics.serviceView('h', parsed.service);
        expect(again[parsed.kind]).toBe(topic);
      }),
      { numRuns: 2_000 },
    );
  });

  test('the hub’s filters name the nodes’ leaves', () => {
    expect(filters.everyNode('h', 'evt')).toBe('hall/1/h/node/+/evt');
    expect(filters.everyDevice('h')).toBe('hall/1/h/node/+/device/+');
    expect(filters.everyView('h')).toBe('hall/1/h/view/#');
  });
});

describe('docs/asyncapi.json', () => {
  const written = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../docs/asyncapi.json'), 'utf8'));

  test('is what the schemas say now', () => {
    // If not: npx halld schema asyncapi > docs/asyncapi.json
    expect(written).toEqual(JSON.parse(JSON.stringify(asyncApi())));
  });

  test('has every topic and message, and every reference leads somewhere', () => {
    expect(Object.keys(written.channels).toSorted()).toEqual([...channels.map(({ id }) => id), 'asks'].toSorted());
    const dead: string[] = [];
    const walk = (value: unknown): void => {
      if (value === null || typeof value !== 'object') return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === '$ref' && typeof inner === 'string' && inner.startsWith('#/') && resolve(inner) === undefined)
          dead.push(inner);
        walk(inner);
      }
    };
    const resolve = (ref: string) =>
      ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], written);
    walk(written);
    expect(dead).toEqual([]);
    for (const type of Object.keys(evtSchemas)) {
      const schema = written.components.schemas[`evt${type}`];
      expect(schema.properties.type.const).toBe(type);
      expect(schema.required).toContain('data');
    }
  });
});
