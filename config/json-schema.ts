/** A hall's file and a profile as JSON Schema: for editors, and for messages that name what would be right. */
import { z } from 'zod';
import { zHallFile } from './schema.ts';
import type { Path } from './yaml-source.ts';

export interface JsonSchema {
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

const made = new WeakMap<z.ZodType, JsonSchema>();

/** As a person writes it: defaults may be left out. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  let json = made.get(schema);
  if (json === undefined) {
    json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
    made.set(schema, json);
  }
  return json;
}

/** The schema of what stands at `path` in `value`; of several forms the one that `value` means. */
export function schemaAt(schema: JsonSchema, value: unknown, path: Path): JsonSchema | undefined {
  let at: JsonSchema | undefined = formOf(schema, value);
  let inside: unknown = value;
  for (const key of path) {
    if (at === undefined) return undefined;
    inside = (inside as Record<string, unknown> | undefined | null)?.[key];
    const rest: JsonSchema | undefined =
      typeof at.additionalProperties === 'object' ? at.additionalProperties : undefined;
    const next: JsonSchema | undefined =
      typeof key === 'number'
        ? at.items
        : at.properties !== undefined && Object.hasOwn(at.properties, key)
          ? at.properties[key]
          : rest;
    at = next === undefined ? undefined : formOf(next, inside);
  }
  return at;
}

function formOf(schema: JsonSchema, value: unknown): JsonSchema {
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms === undefined) return schema;
  const fits = forms.find((form) => mayBe(form, value));
  return fits === undefined ? schema : formOf(fits, value);
}

/** Of the right kind, and every key that tells the forms apart (`kind: serial`) is the form's own. */
function mayBe(form: JsonSchema, value: unknown): boolean {
  if (form.const !== undefined) return form.const === value;
  if (Array.isArray(value)) return form.type === 'array';
  if (typeof value !== 'object' || value === null) return form.type === typeof value;
  if (form.type !== 'object') return false;
  return Object.entries(form.properties ?? {}).every(
    ([key, of]) => of.const === undefined || of.const === (value as Record<string, unknown>)[key],
  );
}

/** What may stand there, in a few words. */
export function inWords(schema: JsonSchema | undefined): string {
  if (schema === undefined) return '';
  const forms = schema.oneOf ?? schema.anyOf;
  if (forms !== undefined) return [...new Set(forms.map(inWords))].filter((each) => each !== '').join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map((each) => JSON.stringify(each)).join(', ')}`;
  const keys = Object.keys(schema.properties ?? {});
  const range =
    schema.minimum === undefined || schema.maximum === undefined || schema.maximum >= Number.MAX_SAFE_INTEGER
      ? ''
      : ` from ${schema.minimum} to ${schema.maximum}`;
  switch (schema.type) {
    case 'object':
      return keys.length === 0 ? 'a map of keys' : `a map with the keys ${keys.join(', ')}`;
    case 'array':
      return 'a list ("- …" on each line)';
    case 'integer':
      return `a whole number${range}`;
    case 'number':
      return `a number${range}`;
    case 'string':
      return 'a text';
    case 'boolean':
      return 'true or false';
    default:
      return '';
  }
}

/** `config/hall.schema.json`. */
export function hallJsonSchema(): JsonSchema {
  return { ...jsonSchemaOf(zHallFile), title: 'A hall of halld' };
}
