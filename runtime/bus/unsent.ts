/** What happens to a message or subscription that did not reach the broker, where its sender sends it again by itself at the next connection. */
import type { Log } from '../../drivers/log.ts';
import { BusError } from './bus.ts';

/** For `catch`: a lost connection is a debug line, anything else a defect. */
export function unsent(log: Log, what: string): (error: unknown) => void {
  return (error) => {
    if (error instanceof BusError)
      log.debug({ reason: error.message }, `${what} did not reach the broker: sent again after the next connection`);
    else log.defect(error, `${what} could not be sent`);
  };
}
