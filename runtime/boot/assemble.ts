/**
 * Puts a hub or a node together from the hall's file. Processes, the demo and the tests' worlds all build here, on other
 * media: whatever the file asks for (retention, backup, snapshots) holds in all of them.
 */
import path from 'node:path';
import { boxPlaces } from '../../config/box-places.ts';
import type { HallConfig } from '../../config/hall-config.ts';
import { kioskPlaces } from '../../config/kiosk-places.ts';
import { padPlaces } from '../../config/pad-places.ts';
import type { NodeConfig, PortConfig } from '../../config/wiring-schema.ts';
import type { Context } from '../../drivers/context.ts';
import type { PortMaker } from '../../drivers/port/port.ts';
import type { Bus } from '../bus/bus.ts';
import type { BackupSettings } from '../hub/backups.ts';
import type { ClockWitness } from '../hub/clock-watch.ts';
import { Hub } from '../hub/hub.ts';
import type { PrivateTexts } from '../hub/people-desk.ts';
import { HallNode } from '../node/hall-node.ts';
import type { HallStore, NodeStore } from '../store/store.ts';
import { queueCode } from './queue-code.ts';
import { software } from './version.ts';

export interface HubMedia {
  readonly config: HallConfig;
  readonly store: HallStore;
  readonly bus: Bus;
  /** Absent: the clock is right. */
  readonly clockWitness?: ClockWitness | undefined;
  /** Absent: no texts and telephone numbers are taken. */
  readonly secrets?: PrivateTexts | undefined;
  /** Called once, when the hub has ended because its journal failed. */
  readonly onFatal: (error: unknown) => void;
}

export function assembleHub(context: Context, { config, store, bus, clockWitness, secrets, onFatal }: HubMedia): Hub {
  const { answers_days: answersDays, journal_days: journalDays } = config.file.hub.retention;
  return new Hub(context, {
    hubId: config.file.hub.id,
    rules: config.rules,
    boxes: boxPlaces(config.file),
    kiosks: kioskPlaces(config.file),
    pads: padPlaces(config.file),
    store,
    bus,
    clockWitness,
    secrets,
    retention: { answersDays, journalDays },
    backup: backupOf(config),
    queueCode: queueCode(),
    onFatal,
  });
}

export interface NodeMedia {
  readonly config: HallConfig;
  readonly node: NodeConfig;
  readonly store: NodeStore;
  readonly bus: Bus;
  readonly makePort: (port: PortConfig) => PortMaker;
}

export function assembleNode(context: Context, media: NodeMedia): HallNode {
  return new HallNode({ ...context, ...media, software });
}

const msPerMinute = 60_000;

/** A relative file is beside the hall's file. */
function backupOf({ file: { hub }, path: hallFile }: HallConfig): BackupSettings | undefined {
  return (
    hub.backup && {
      file: path.resolve(path.dirname(hallFile), hub.backup.file),
      everyMs: hub.backup.every_min * msPerMinute,
    }
  );
}
