/** What a hub is made of. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { Random } from '../../drivers/random.ts';
import type { Bus } from '../bus/bus.ts';
import type { HallStore, Retention } from '../store/store.ts';
import type { BackupParts } from './backups.ts';
import type { KioskPlace } from './kiosk-notices.ts';
import type { SecretsParts } from './people-desk.ts';
import type { PadPlace } from './rating-watch.ts';

export interface HubParts {
  readonly hubId: string;
  readonly rules: HallRules;
  /** Named on the hall board when one is out. */
  readonly kiosks?: readonly KioskPlace[];
  /** Whose box tells whether a visitor could be asked to rate. */
  readonly pads?: readonly PadPlace[];
  readonly store: HallStore;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Texts and telephone numbers, outside the journal; absent = none are taken. */
  readonly secrets?: SecretsParts | undefined;
  /** Absent: the journal is on one disk alone. */
  readonly backup?: BackupParts | undefined;
  /** Absent: answers for 30 days, the journal for ever. */
  readonly retention?: Retention;
  /** Fingerprint of the queue's code; absent: every start replays the whole journal. */
  readonly queueCode?: string;
  /** Told once when the hub cannot go on (its disk failed); the process then starts it anew. */
  readonly onFatal: (error: unknown) => void;
}
