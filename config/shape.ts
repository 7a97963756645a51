/** What zod finds wrong, as problems at their places: each unknown key, each missing one, each value of a wrong kind. */
import type { z } from 'zod';
import type { ConfigProblem } from './config-error.ts';
import { inWords, type JsonSchema, jsonSchemaOf, schemaAt } from './json-schema.ts';
import { nearest, suggestion } from './nearest.ts';
import type { Path, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

export interface ShapeFault {
  readonly problem: ConfigProblem;
  /** What to take out so that the rest can be looked at. */
  readonly path: Path;
}

/** `base`: where in `source` the value stands that `schema` is for. */
export function shapeFaults(source: YamlSource, schema: z.ZodType, value: unknown, error: z.ZodError, base: Path = []) {
  const json = jsonSchemaOf(schema);
  return error.issues.flatMap((issue) => faultsOf(issue, { source, json, value, base }));
}

interface At {
  readonly source: YamlSource;
  readonly json: JsonSchema;
  readonly value: unknown;
  readonly base: Path;
}

function faultsOf(issue: Issue, at: At): ShapeFault[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  const full = [...at.base, ...path];
  const fault = (wrong: string, right: string, place = at.source.placeOf(full), prune: Path = full): ShapeFault => ({
    problem: { file: at.source.path, ...place, wrong, right },
    path: prune,
  });
  const here = () => schemaAt(at.json, at.value, path);
  const found = valueAt(at.value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        fault(
          `unknown key "${key}"`,
          rightKey(key, Object.keys(here()?.properties ?? {})),
          at.source.placeOfKey([...full, key]),
          [...full, key],
        ),
      );
    case 'invalid_key':
      return [
        fault(`"${path.at(-1)}" is no key for this map`, issue.issues[0]?.message ?? '', at.source.placeOfKey(full)),
      ];
    case 'invalid_union':
      return unionFaults(issue, at, path, fault);
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (found === undefined) return [missing(full, at, here(), fault)];
      return [fault(`${said(found)} is not known here`, suggestion(String(found), values, 'known'))];
    }
    case 'invalid_type':
      if (found === undefined) return [missing(full, at, here(), fault)];
      return [fault(`${said(found)} stands here`, `write ${inWords(here()) || issue.expected}`)];
    case 'invalid_format':
      return [fault(`${said(found)} is not written right`, issue.message)];
    case 'too_small':
    case 'too_big':
      return [fault(`${said(found)} is too ${sizeWord(issue)}`, limitOf(issue))];
    case 'custom':
      return [fault(`${said(found)} is not right`, issue.message)];
    default:
      return [fault(`${said(found)}: ${issue.message}`, inWords(here()))];
  }
}

type MakeFault = (wrong: string, right: string, place?: { line: number; column: number }, prune?: Path) => ShapeFault;

/** Of several forms, the one whose complaint lies deepest is the one that was meant. */
function unionFaults(issue: Issue & { code: 'invalid_union' }, at: At, path: Path, fault: MakeFault): ShapeFault[] {
  const found = valueAt(at.value, path);
  if ('discriminator' in issue && typeof issue.discriminator === 'string') {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    if (found === undefined)
      return [
        fault(`the key "${issue.discriminator}" is missing`, `one of ${options.map((each) => `"${each}"`).join(', ')}`),
      ];
    return [fault(`${said(found)} is no ${issue.discriminator} here`, suggestion(String(found), options, 'known'))];
  }
  const meant = issue.errors.find((issues) =>
    issues.some((each) => each.path.length > 0 || each.code === 'unrecognized_keys'),
  );
  if (meant !== undefined)
    return meant.flatMap((inner) => faultsOf({ ...inner, path: [...issue.path, ...inner.path] } as Issue, at));
  if (found === undefined) return [missing([...at.base, ...path], at, schemaAt(at.json, at.value, path), fault)];
  const plain = issue.errors.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values.map(String) : []));
  const near = typeof found === 'string' ? nearest(found, plain) : undefined;
  const right = near === undefined ? `write ${inWords(schemaAt(at.json, at.value, path))}` : `did you mean "${near}"?`;
  return [fault(`${said(found)} stands here`, right)];
}

function missing(full: Path, at: At, schema: JsonSchema | undefined, fault: MakeFault): ShapeFault {
  const key = full.at(-1);
  const words = schema?.const === undefined ? inWords(schema) : '';
  const value = schema?.const === undefined ? '…' : String(schema.const);
  const parent = full.slice(0, -1);
  // An item of a list begins where its map does; a key says more than the line below it.
  const place = typeof parent.at(-1) === 'string' ? at.source.placeOfKey(parent) : at.source.placeOf(parent);
  return fault(`the key "${key}" is missing`, `add "${key}: ${value}"${words === '' ? '' : `, ${words}`}`, place);
}

function rightKey(key: string, known: readonly string[]): string {
  if (/^(password|passwd|pwd|secret)$/i.test(key) && known.includes('password_file'))
    return 'write "password_file: …": a password stands in a file of its own, never in this one';
  if (key === '<<') return 'merging maps is not part of YAML 1.2: write the keys out';
  return suggestion(key, known, 'known here');
}

/** Longest piece of a value that a message repeats. */
const quoted = 40;

function said(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'a map of keys';
  const text = String(value);
  const cut = text.length > quoted ? `${text.slice(0, quoted)}…` : text;
  return typeof value === 'string'
    ? JSON.stringify(cut)
    : `the ${typeof value === 'number' ? 'number' : 'value'} ${cut}`;
}

function sizeWord(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  if (issue.origin === 'string' || issue.origin === 'array') return issue.code === 'too_small' ? 'short' : 'long';
  return issue.code === 'too_small' ? 'small' : 'large';
}

function limitOf(issue: Issue & { code: 'too_small' | 'too_big' }): string {
  const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' in the list' : '';
  const limit = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum);
  if (issue.code === 'too_small')
    return issue.inclusive === false ? `more than ${limit}${unit}` : `at least ${limit}${unit}`;
  return issue.inclusive === false ? `less than ${limit}${unit}` : `at most ${limit}${unit}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}
