/** For tests: a pseudo-terminal pair by socat with a simulated machine behind its far end, so that the near end is a real serial port. */
import { systemClock } from '../../../drivers/clock.ts';
import { DeviceError } from '../../../drivers/errors.ts';
import { silentLog } from '../../../drivers/log.ts';
import type { Port, PortMaker } from '../../../drivers/port/port.ts';
import { openPtyPair } from '../../../drivers/port/pty-pair.kit.ts';
import { makePort } from '../../../drivers/port/registry.ts';

const writeDeadlineMs = 5_000;

/** Lays pairs; all are taken up again by `close`. */
export class PtyCables {
  /** Writes that reached no end, and why the last did not. */
  lost = 0;
  lastLoss: unknown;
  #laid: (() => Promise<void>)[] = [];

  /** A serial port in the place of a simulated one: a new pair at each opening. */
  maker(machine: PortMaker): PortMaker {
    return (): Port => {
      let near: Port | undefined;
      return {
        name: 'a pseudo-terminal',
        unit: 'bytes',
        open: async (events) => {
          near = serial(await this.lay(machine));
          await near.open(events);
        },
        write: (bytes, deadlineMs) =>
          near?.write(bytes, deadlineMs) ?? Promise.reject(new DeviceError('closed', 'the pseudo-terminal is closed')),
        close: async () => near?.close(),
      };
    };
  }

  /** The path of the near end; the machine is at the far one, whoever opens and closes the near one how often. */
  async lay(machine: PortMaker): Promise<string> {
    const { near, far, kill } = await openPtyPair();
    const ends: readonly [Port, Port] = [serial(far), machine()];
    const pump = (to: Port) => ({
      data: (bytes: Uint8Array) => {
        to.write(bytes, writeDeadlineMs).catch((error: unknown) => {
          // As on a cable that is out: what was on its way is gone.
          this.lost += 1;
          this.lastLoss = error;
        });
      },
      lost: () => {},
    });
    await ends[1].open(pump(ends[0]));
    await ends[0].open(pump(ends[1]));
    this.#laid.push(async () => {
      await Promise.allSettled(ends.map((end) => end.close()));
      await kill();
    });
    return near;
  }

  async close(): Promise<void> {
    for (const takeUp of this.#laid.splice(0)) await takeUp();
  }
}

function serial(path: string): Port {
  return makePort(
    { kind: 'serial', path, baud: 115_200, data_bits: 8, parity: 'none', stop_bits: 1, flow: 'none' },
    { clock: systemClock, log: silentLog },
  )();
}
