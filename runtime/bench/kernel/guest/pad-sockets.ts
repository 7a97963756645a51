/** How pads and scanners are plugged in: a virtual HID device, USB gadgets, and a serial adapter; each may come back elsewhere. */
import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import type { HidOptions, PortOptions } from '../../../../drivers/port/port-options.ts';
import type { FarEnd } from '../../../../drivers/simulated/machine.ts';
import { Ftdi, serialAt } from './ftdi.ts';
import { Gadget, gadgetPid, gadgetVid } from './gadget.ts';
import type { Bench } from './scenario.ts';
import { descriptors, UhidEnd } from './uhid.ts';

/** A pad's plug: what is told by which name, and where it goes back in so that the kernel numbers it anew. */
export interface Socket {
  readonly end: FarEnd;
  readonly options: PortOptions;
  pull(): unknown;
  putBack(): unknown;
}

const vid = 0x1234;

/** A virtual pad; when it is put back another device has taken its number. */
export function virtual(bench: Bench, pid: number, descriptor: Uint8Array): Socket {
  const end = new UhidEnd({ name: 'Acme Pad', vid, pid, serial: 'RK-1', descriptor });
  const other = new UhidEnd({ name: 'Another', vid, pid: 0x0f0f, descriptor: descriptors.vendorPad });
  bench.atEnd(() => {
    end.unplug();
    other.unplug();
  });
  end.plug();
  const options: HidOptions = { kind: 'hid', vid, pid, serial: 'RK-1' };
  return {
    end,
    options,
    pull: () => end.unplug(),
    putBack: () => {
      other.plug();
      end.plug();
    },
  };
}

/** A USB pad that is put into another socket. */
export async function usb(bench: Bench, descriptor: Uint8Array, octets: number): Promise<Socket> {
  const gadget = new Gadget(bench, 'pad', { serial: 'GK-1', pad: { descriptor, octets } });
  await gadget.plug(0);
  let bus = 0;
  return {
    end: endOf(gadget.pad),
    options: { kind: 'hid', vid: gadgetVid, pid: gadgetPid, serial: 'GK-1' },
    pull: () => gadget.unplug(),
    putBack: () => {
      bus = 1 - bus;
      return gadget.plug(bus);
    },
  };
}

/** A serial pad of its own (CDC-ACM), known by its serial number wherever it is put in. */
export async function acm(bench: Bench): Promise<Socket> {
  const gadget = new Gadget(bench, 'pad', { serial: 'GK-1', serialPort: true });
  await gadget.plug(0);
  let bus = 0;
  return {
    end: endOf(gadget.serialPort),
    options: serialAt('/dev/serial/by-id/usb-Acme_Acme_Counter_Box_GK-1-if00'),
    pull: () => gadget.unplug(),
    putBack: () => {
      bus = 1 - bus;
      return gadget.plug(bus);
    },
  };
}

/** A serial pad behind an adapter that comes back as another ttyUSB: some program still holds the old number. */
export async function adapter(bench: Bench): Promise<Socket> {
  const ftdi = await Ftdi.find(bench);
  let held: number | undefined;
  const letGo = () => {
    if (held !== undefined) closeSync(held);
    held = undefined;
  };
  bench.atEnd(letGo);
  return {
    end: ftdi.end,
    options: serialAt(ftdi.path),
    pull: () => {
      const name = readdirSync('/dev').find((each) => each.startsWith('ttyUSB'));
      if (held === undefined)
        held = openSync(`/dev/${name}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      else letGo();
      return ftdi.unplug();
    },
    putBack: () => ftdi.plug(),
  };
}

function endOf<End>(end: End | undefined): End {
  if (end === undefined) throw new Error('the gadget lacks that function');
  return end;
}
