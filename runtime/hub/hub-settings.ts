/** What a hub is given: the hall's rules, its store and its bus. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { Bus } from '../bus/bus.ts';
import type { HallStore, Retention } from '../store/store.ts';
import type { BackupSettings } from './backups.ts';
import type { BoxPlace } from './box-authority.ts';
import type { ClockWitness } from './clock-watch.ts';
import type { KioskPlace } from './kiosk-notices.ts';
import type { PrivateTexts } from './people-desk.ts';
import type { PadPlace } from './rating-watch.ts';

export interface HubSettings {
  readonly hubId: string;
  readonly rules: HallRules;
  /** What each box has: it speaks for that alone. Absent: any box may say anything. */
  readonly boxes?: readonly BoxPlace[];
  /** Named on the hall board when one is out. */
  readonly kiosks?: readonly KioskPlace[];
  /** Whether the box of one is there decides if a visitor could rate. */
  readonly pads?: readonly PadPlace[];
  readonly store: HallStore;
  readonly bus: Bus;
  /** What the machine knows of its clock; absent: it is right (worlds in virtual time). */
  readonly clockWitness?: ClockWitness | undefined;
  /** Texts and telephone numbers, outside the journal; absent = none are taken. */
  readonly secrets?: PrivateTexts | undefined;
  /** Absent: the journal is on one disk alone. */
  readonly backup?: BackupSettings | undefined;
  /** Absent: answers for 30 days, the journal for ever. */
  readonly retention?: Retention;
  /** Fingerprint of the queue's code; absent: every start replays the whole journal. */
  readonly queueCode?: string;
  /** Called once when the hub has ended because its journal failed; the process then ends too. */
  readonly onFatal: (error: unknown) => void;
}
