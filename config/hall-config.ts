/** A hall's file after loading: checked as a whole, with the queue's rules and the model profiles resolved. */
import type { HallRules } from '../devices/contract/hall.ts';
import type { HallFile } from './schema.ts';

export interface HallConfig {
  /** The file it came from, for messages. */
  readonly path: string;
  readonly file: HallFile;
  /** `file` in the queue's own types. */
  readonly rules: HallRules;
  /** Model facts by `<class>/<profile>`, each checked by its class's schema. */
  readonly profiles: ReadonlyMap<string, unknown>;
  /** The folder for stores, absolute. */
  readonly dataFolder: string;
}
