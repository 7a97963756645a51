/** Collects what the checks find, each at its place in the hall's file. */
import type { DriverCatalogue } from './catalogue.ts';
import type { ConfigProblem } from './config-error.ts';
import { suggestion } from './nearest.ts';
import type { Protocols } from './protocols.ts';
import type { Path, Place, YamlSource } from './yaml-source.ts';

/** What a hall's file is held against, beside itself. */
export interface CheckAgainst {
  readonly catalogue: DriverCatalogue;
  /** Those that the hall names, by `<class>/<protocol>`. */
  readonly protocols: Protocols;
  /** By `<class>/<profile>`. */
  readonly profiles: ReadonlyMap<string, unknown>;
  /** Ids of parts that were taken out of the file because their shape is wrong. */
  readonly gone: ReadonlySet<string>;
}

export class Findings {
  readonly problems: ConfigProblem[] = [];
  readonly source: YamlSource;
  readonly #gone: ReadonlySet<string>;

  /** `gone`: ids of parts whose shape is wrong, as `windows:w3`; to name one of them is right. */
  constructor(source: YamlSource, gone: ReadonlySet<string>) {
    this.source = source;
    this.#gone = gone;
  }

  /** Nothing was taken out: "no window serves this" can be said. */
  get whole(): boolean {
    return this.#gone.size === 0;
  }

  at(path: Path, wrong: string, right: string): void {
    this.#add(this.source.placeOf(path), wrong, right);
  }

  /** At the key, for what is wrong with the name itself or with everything under it. */
  atKey(path: Path, wrong: string, right: string): void {
    this.#add(this.source.placeOfKey(path), wrong, right);
  }

  /** The id at `path` must be one of `known`, which stand under `list` in the file. */
  refers(path: Path, id: string, known: ReadonlySet<string>, list: string): void {
    if (known.has(id) || this.#gone.has(`${list}:${id}`)) return;
    this.at(path, `there is no ${singular(list)} "${id}"`, suggestion(id, known, list));
  }

  /** Values that must differ; `say` names the thing (`the id`, `the prefix`). */
  unique<Item>(
    items: readonly Item[],
    of: (item: Item) => string | number | undefined,
    { path, field, say }: { path: Path; field: string; say: string },
  ): void {
    const first = new Map<string | number, Place>();
    for (const [index, item] of items.entries()) {
      const value = of(item);
      if (value === undefined) continue;
      const place = this.source.placeOf([...path, index, field]);
      const before = first.get(value);
      if (before === undefined) first.set(value, place);
      else
        this.#add(place, `${say} "${value}" is used twice`, `line ${before.line} has it first: give this one another`);
    }
  }

  /** Where something stands, for "line 12 has it first". */
  line(path: Path): number {
    return this.source.placeOf(path).line;
  }

  #add(place: Place, wrong: string, right: string): void {
    this.problems.push({ file: this.source.path, ...place, wrong, right });
  }
}

function singular(list: string): string {
  return list.replace(/s$/, '');
}
