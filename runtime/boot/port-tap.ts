/** Listens at a port without changing it: what went out and came in, for the journey's record and the benches. */
import type { Port, PortMaker } from '../../drivers/port/port.ts';

export type PortDirection = 'out' | 'in';

export function tapped(maker: PortMaker, heard: (direction: PortDirection, bytes: Uint8Array) => void): PortMaker {
  return (): Port => {
    const port = maker();
    return {
      name: port.name,
      unit: port.unit,
      get baudRate() {
        return port.baudRate;
      },
      get descriptor() {
        return port.descriptor;
      },
      open: (events) =>
        port.open({
          data: (bytes) => {
            heard('in', bytes);
            events.data(bytes);
          },
          lost: (error) => events.lost(error),
        }),
      write: (bytes, deadlineMs) => {
        heard('out', bytes);
        return port.write(bytes, deadlineMs);
      },
      close: () => port.close(),
    };
  };
}
