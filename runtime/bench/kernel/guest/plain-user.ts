/**
 * A program of its own in the guest: gives up root for group "hall", waits for the gadget's pad, serial port and printer and
 * opens them. Says "waiting", then one line of JSON: how often each node was refused to it, and what its link told.
 */

import { accessSync, constants, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../../../drivers/clock.ts';
import { silentLog } from '../../../../drivers/log.ts';
import { HotPlug } from '../../../../drivers/port/hot-plug.ts';
import { loadNativeLibrary } from '../../../../drivers/port/native-libraries.ts';
import { codeOf } from '../../../../drivers/port/paced.ts';
import { PortLink } from '../../../../drivers/port/port-link.ts';
import type { PortOptions } from '../../../../drivers/port/port-options.ts';
import { makePort } from '../../../../drivers/port/registry.ts';
import { listHid, listPrinters, listSerial } from '../../../../drivers/port/sysfs.ts';
import { serialAt } from './ftdi.ts';
import { gadgetPid, gadgetVid } from './gadget.ts';
import { printerPort } from './printer-scenarios.ts';

export interface PlainUserReport {
  /** Looks at the node that were refused. */
  readonly refusals: number;
  readonly openMs: number;
  /** What the link said while it was not open. */
  readonly codes: readonly string[];
}

/** A file by a node's name says that this user was refused it. */
export const refusedFolder = '/run/refused';

interface Wanted {
  readonly options: PortOptions;
  readonly node: () => string | undefined;
}

const lookEveryMs = 5;
const userId = 951;

const isGadget = (usb: { readonly vid: number } | undefined) => usb?.vid === gadgetVid;
const wanted: Readonly<Record<string, Wanted>> = {
  pad: {
    options: { kind: 'hid', vid: gadgetVid, pid: gadgetPid },
    node: () => listHid().find(({ vid }) => vid === gadgetVid)?.node,
  },
  // By its number, not by udev's link, which comes only when the permissions are right.
  serial: { options: serialAt('/dev/ttyACM0'), node: () => listSerial().find(({ usb }) => isGadget(usb))?.node },
  printer: { options: printerPort, node: () => listPrinters().find(({ usb }) => isGadget(usb))?.node },
};

const world = { clock: systemClock, random: Math.random, log: silentLog };

if (import.meta.main) await main();

async function main(): Promise<void> {
  // While everything may still be read.
  await Promise.all([loadNativeLibrary('serialport'), loadNativeLibrary('node-hid')]);
  process.setgroups?.([]);
  process.setgid?.(Number(process.argv[2]));
  process.setuid?.(userId);
  const hotPlug = new HotPlug(world);
  hotPlug.start();
  const waiting = Object.entries(wanted).map(([name, each]) => watch(name, each, hotPlug));
  console.log('waiting');
  const reports = Object.fromEntries(await Promise.all(waiting));
  console.log(JSON.stringify(reports));
  process.exit(0);
}

async function watch(name: string, { options, node }: Wanted, hotPlug: HotPlug): Promise<[string, PlainUserReport]> {
  const link = new PortLink(world, { name, makePort: makePort(options, world) });
  const codes: string[] = [];
  link.down.on(({ code, message }) => codes.push(`${code} (${message})`));
  hotPlug.changed.on(() => link.poke());
  link.start();
  let cameMs: number | undefined;
  let refusals = 0;
  while (link.state !== 'open') {
    const path = node();
    if (path !== undefined && isThere(path)) {
      cameMs ??= performance.now();
      if (isRefused(path)) {
        refusals += 1;
        writeFileSync(join(refusedFolder, basename(path)), '');
      }
    }
    await wait(lookEveryMs);
  }
  const startMs = cameMs ?? performance.now();
  return [
    name,
    {
      refusals,
      openMs: Math.round(performance.now() - startMs),
      codes,
    },
  ];
}

function isThere(path: string): boolean {
  return accessError(path, constants.F_OK) === undefined;
}

function isRefused(path: string): boolean {
  return accessError(path, constants.R_OK | constants.W_OK) === 'EACCES';
}

function accessError(path: string, mode: number): unknown {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}
