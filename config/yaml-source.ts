/** One YAML 1.2 file as plain data, with the place of every key and value. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { ConfigProblem } from './config-error.ts';

export type Path = readonly (string | number)[];

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A hall of 1,121 matters has about 300 KB; what is larger is not a hall's file. */
const longestFile = 4 * 1024 * 1024;
/** Uses of anchors in one file; against files that grow without bound when they are read. */
const aliasLimit = 20_000;
/** Values after all references are followed; the hall of 1,121 matters has some 30,000. */
const mostValues = 1_000_000;

/** Errors of the text that are told; most follow from the first. */
const mostSyntaxErrors = 20;

interface Step {
  readonly collection: YAMLMap | YAMLSeq;
  /** The map's pair, or the list's item. */
  readonly entry: unknown;
  readonly value: Node | null;
}

export class YamlSource {
  readonly path: string;
  /** Problems of the text itself. With `broken`, nothing else can be said about the file. */
  readonly problems: ConfigProblem[] = [];
  broken = false;
  value: unknown;
  #lines = new LineCounter();
  #document: Document | undefined;
  /** What each reference means; the library would search the whole file for each. */
  #aliases = new Map<Alias, Node | null>();

  /** `path` is for messages only. */
  constructor(path: string, text: string) {
    this.path = path;
    if (text.length > longestFile) this.#refuse(0, `this file has ${text.length} characters`, `at most ${longestFile}`);
    else {
      try {
        this.#parse(text);
      } catch (error) {
        // The parser calls itself for each level: thousands of brackets end as a RangeError.
        const why = error instanceof RangeError ? 'lists and maps are nested too deeply' : String(error);
        this.#refuse(0, `this file cannot be read as YAML: ${why}`, '');
      }
    }
  }

  #parse(text: string): void {
    const document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, version: '1.2' });
    this.#document = document;
    // After one of these the parser is lost, and everything else it says comes of that.
    const causes = document.errors.filter(
      (each) => each.code === 'TAB_AS_INDENT' || each.code === 'RESOURCE_EXHAUSTION',
    );
    for (const each of (causes.length > 0 ? causes : document.errors).slice(0, mostSyntaxErrors)) {
      // The parser repeats the text it could not read, which may be a whole page.
      const [wrong, right] = wording[each.code] ?? [
        shorten(each.message),
        'look at the quotes, brackets and indentation here',
      ];
      this.problem(this.#placeOf(each.pos[0]), wrong, right);
      if (each.code !== 'DUPLICATE_KEY') this.broken = true;
    }
    for (const each of document.warnings)
      this.#refuse(
        each.pos[0],
        `${each.message[0]?.toLowerCase()}${each.message.slice(1)}`,
        'write plain YAML, without tags',
      );
    if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2')
      this.#refuse(
        0,
        `YAML ${document.directives.yaml.version} reads "on" and "09:00" differently`,
        'YAML 1.2, no %YAML line',
      );
    this.#checkNodes(document);
    if (!this.broken) this.refresh();
  }

  /** What the parser lets pass: keys that are no text, two keys that become one, references to nothing. */
  #checkNodes(document: Document): void {
    const anchors = new Map<string, Node>();
    visit(document, (_key, node) => {
      if (isMap(node)) this.#checkKeys(node);
      if (isAlias(node)) this.#checkAlias(node, anchors.get(node.source));
      // In the order of the text: a name that is given again means the newer part from there on.
      else if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
        anchors.set(node.anchor, node);
    });
  }

  #checkKeys(map: YAMLMap): void {
    const seen = new Set<string>();
    for (const { key } of map.items) {
      if (!isScalar(key)) {
        this.#refuse(offsetOf(key) ?? offsetOf(map) ?? 0, 'a key must be plain text', 'write one word before the ":"');
        continue;
      }
      const name = keyName(key);
      // The parser itself compares 1 and "1" as different.
      if (seen.has(name) && !this.#reported(offsetOf(key)))
        this.problem(this.#placeOf(offsetOf(key)), ...wording.DUPLICATE_KEY);
      seen.add(name);
    }
  }

  #checkAlias(alias: Alias, target: Node | undefined): void {
    const at = offsetOf(alias) ?? 0;
    this.#aliases.set(alias, target ?? null);
    if (this.#aliases.size === aliasLimit + 1)
      this.#refuse(at, `more than ${aliasLimit} references (*name)`, 'write some out');
    if (target === undefined)
      this.#refuse(at, `there is no anchor &${alias.source} before *${alias.source}`, 'put the & at the first use');
    else if ((target.range?.[1] ?? 0) > at)
      this.#refuse(at, `*${alias.source} stands inside what it refers to`, 'write it out');
  }

  /** Reads `value` from the nodes again. */
  refresh(): void {
    let left = mostValues;
    const plain = (node: Node | null): unknown => {
      left -= 1;
      if (left < 0) return undefined;
      if (isMap(node)) {
        const map = {};
        for (const { key, value } of node.items) {
          // Not an assignment: "__proto__" is a key like any other, and an unknown one.
          const entry = { value: plain(this.#resolve(value)), enumerable: true, writable: true, configurable: true };
          Object.defineProperty(map, keyName(key), entry);
        }
        return map;
      }
      if (isSeq(node)) return node.items.map((item) => plain(this.#resolve(item)));
      return isScalar(node) ? node.value : null;
    };
    this.value = plain(this.#resolve(this.#document?.contents));
    if (left < 0) this.#refuse(0, 'the references (*name) in this file multiply without bound', 'write the parts out');
  }

  /** Where the value at `path` stands; for what is missing, the nearest place that is there. */
  placeOf(path: Path): Place {
    const steps = this.#steps(path);
    const last = steps.at(-1);
    if (last !== undefined && steps.length === path.length)
      return this.#placeOf(offsetOf(last.value) ?? offsetOf(last.entry));
    return this.#placeOf(last === undefined ? offsetOf(this.#document?.contents) : offsetOf(last.entry));
  }

  /** Where the key itself stands, the last of `path`. */
  placeOfKey(path: Path): Place {
    const steps = this.#steps(path);
    return steps.length === path.length ? this.#placeOf(offsetOf(steps.at(-1)?.entry)) : this.placeOf(path);
  }

  problem(place: Place, wrong: string, right: string): void {
    this.problems.push({ file: this.path, ...place, wrong, right });
  }

  /**
   * Takes out the smallest part around each path that the file can do without (an item of a list, else a key), so that
   * the rest can be looked at. Tells the ids of the items taken out, as `windows:w3`. False: nothing left to take out.
   */
  prune(paths: readonly Path[], goneIds: Set<string>): boolean {
    const doomed = new Map<YAMLMap | YAMLSeq, Set<unknown>>();
    for (const path of paths) {
      const steps = this.#steps(path);
      const index = Math.max(
        steps.findLastIndex((step) => isSeq(step.collection)),
        -1,
      );
      const step = index === -1 ? steps.at(-1) : steps[index];
      if (step === undefined) return false;
      const entries = doomed.get(step.collection) ?? new Set();
      doomed.set(step.collection, entries.add(step.entry));
      if (index > 0 && isMap(step.value)) goneIds.add(`${path[index - 1]}:${String(step.value.get('id'))}`);
    }
    for (const [collection, entries] of doomed)
      collection.items = (collection.items as unknown[]).filter((item) => !entries.has(item)) as never;
    this.refresh();
    return true;
  }

  /** As far down `path` as the file goes. */
  #steps(path: Path): Step[] {
    const steps: Step[] = [];
    let node = this.#resolve(this.#document?.contents);
    for (const key of path) {
      let entry: unknown;
      let value: Node | null = null;
      if (isMap(node)) {
        // The last of two equal keys is the one that counts.
        entry = node.items.findLast((pair) => keyName(pair.key) === String(key));
        value = this.#resolve((entry as Pair<unknown, Node> | undefined)?.value);
      } else if (isSeq(node)) {
        entry = node.items[Number(key)];
        value = this.#resolve(entry);
      }
      if (entry === undefined || !(isMap(node) || isSeq(node))) break;
      steps.push({ collection: node, entry, value });
      node = value;
    }
    return steps;
  }

  #resolve(node: unknown): Node | null {
    if (isAlias(node)) return this.#aliases.get(node) ?? null;
    return (node ?? null) as Node | null;
  }

  #refuse(offset: number, wrong: string, right: string): void {
    this.broken = true;
    this.problem(this.#placeOf(offset), wrong, right);
  }

  #reported(offset: number | undefined): boolean {
    const place = this.#placeOf(offset);
    return this.problems.some((each) => each.line === place.line && each.column === place.column);
  }

  #placeOf(offset: number | undefined): Place {
    const { line, col } = this.#lines.linePos(offset ?? 0);
    return line === 0 ? { line: 1, column: 1 } : { line, column: col };
  }
}

const wording: Readonly<Record<string, readonly [string, string]>> & {
  readonly DUPLICATE_KEY: readonly [string, string];
} = {
  DUPLICATE_KEY: ['this key stands here twice', 'keep one of the two'],
  RESOURCE_EXHAUSTION: ['lists and maps are nested too deeply here', 'write it flatter'],
  TAB_AS_INDENT: ['a tab in the indentation', 'indent with spaces'],
  MULTIPLE_DOCS: ['a second document begins here', 'one file holds one hall: remove the "---"'],
};

const longestMessage = 120;

function shorten(message: string): string {
  return message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
}

function keyName(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function offsetOf(node: unknown): number | undefined {
  if (isPair(node)) return offsetOf(node.key);
  return (node as Node | null | undefined)?.range?.[0];
}
