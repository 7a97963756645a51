/**
 * What a hub's machine knows of its clock (F22): whether a time server keeps it, as systemd says or the kernel through
 * `timedatectl`, and in the data folder the last hub time and a person's confirmation.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Instant } from '../../devices/contract/terms.ts';
import type { Clock } from '../../drivers/clock.ts';
import type { Log } from '../../drivers/log.ts';
import type { ClockWitness } from '../hub/clock-watch.ts';

const floorFile = 'clock-floor';
const confirmedFile = 'clock-confirmed';
/** A confirmation is of the clock as it was: after so long, or of another time, it says nothing. */
const confirmedForMs = 10 * 60_000;
const askEveryMs = 10_000;
const timeSync = '/run/systemd/timesync/synchronized';

/** systemd-timesyncd's own mark, else the kernel's word; `undefined` where neither is there (a container). */
export function clockSynchronised(): boolean | undefined {
  if (existsSync(timeSync)) return true;
  const { status, stdout } = spawnSync('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
    encoding: 'utf8',
    timeout: 1_000,
  });
  return status === 0 ? stdout.trim() === 'yes' : undefined;
}

/** A battery keeps the time while the machine is off. */
export function hasBatteryClock(folder = '/sys/class/rtc'): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

export interface SystemClockWitnessSettings {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly read?: () => boolean | undefined;
}

export class SystemClockWitness implements ClockWitness {
  #settings: SystemClockWitnessSettings;
  #synchronised: boolean | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(settings: SystemClockWitnessSettings) {
    this.#settings = settings;
  }

  synchronised(): boolean | undefined {
    const { clock, read = clockSynchronised } = this.#settings;
    if (clock.monotonicMs() - this.#askedMs >= askEveryMs) {
      this.#askedMs = clock.monotonicMs();
      this.#synchronised = read();
    }
    return this.#synchronised;
  }

  get floor(): Instant {
    return timeIn(path.join(this.#settings.folder, floorFile)) ?? 0;
  }

  /** The hall goes on without it: the journal's last event is a floor too. */
  keep(at: Instant): void {
    const { folder, log } = this.#settings;
    try {
      writeTime(path.join(folder, floorFile), at);
    } catch (error) {
      log.warn({ error: String(error) }, `the hall's time was not kept in ${folder}: check the disk of the hub`);
    }
  }

  takeConfirmation(): boolean {
    const file = path.join(this.#settings.folder, confirmedFile);
    if (!existsSync(file)) return false;
    const at = timeIn(file);
    rmSync(file, { force: true });
    return at !== undefined && Math.abs(this.#settings.clock.wallMs() - at) <= confirmedForMs;
  }
}

/** Read by the hub of this folder, running or not yet started, within a second. */
export function confirmClock(folder: string, wallMs: Instant): void {
  mkdirSync(folder, { recursive: true });
  writeTime(path.join(folder, confirmedFile), wallMs);
}

export function keptFloor(folder: string): Instant | undefined {
  return timeIn(path.join(folder, floorFile));
}

function timeIn(file: string): Instant | undefined {
  if (!existsSync(file)) return undefined;
  const at = Number(readFileSync(file, 'utf8'));
  return Number.isSafeInteger(at) && at > 0 ? at : undefined;
}

/** Whole or not at all. */
function writeTime(file: string, at: Instant): void {
  const next = `${file}.new`;
  writeFileSync(next, `${at}\n`);
  renameSync(next, file);
}
