/** The words for a port's traffic, by the protocols of the drivers on it. */
import { describeKeypad } from '../../drivers/keypad/registry.ts';
import { describeLineDisplay } from '../../drivers/line-display/registry.ts';
import type { Describer, TraceRecord } from '../../drivers/port/trace.ts';
import type { TracedDriver } from '../../drivers/port/trace-file.ts';
import { describeTicketPrinter } from '../../drivers/ticket-printer/registry.ts';

/** One line a record, with what it means after its bytes. */
export function traceText(drivers: readonly TracedDriver[]): (record: TraceRecord) => string {
  const describers = drivers.map((driver) => ({ driver, describe: describerOf(driver) }));
  let startMs: number | undefined;
  return ({ atMs, kind, bytes, text }) => {
    startMs ??= atMs;
    const head = `${((atMs - startMs) / 1000).toFixed(3).padStart(10)}  ${kind.padEnd(6)}`;
    if (text !== undefined) return `${head} ${kind === 'in' || kind === 'out' ? `(${text})` : text}`;
    const words =
      kind !== 'in' && kind !== 'out'
        ? []
        : describers.flatMap(({ driver, describe }) => {
            const said = describe(kind, bytes, atMs);
            return drivers.length > 1 ? said.map((each) => `${driver.device}: ${each}`) : said;
          });
    return `${head} ${shortHex(bytes)}${words.length === 0 ? '' : `  ${words.join(' | ')}`}`;
  };
}

const shownBytes = 24;

function shortHex(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, shownBytes)).toString('hex').toUpperCase();
  const spaced = shown.match(/../g)?.join(' ') ?? '';
  return bytes.length > shownBytes ? `${spaced} … ${bytes.length} bytes` : spaced;
}

function describerOf({ class: driverClass, protocol, profile, address, options, device }: TracedDriver): Describer {
  const settings = { protocol, profile, address, options };
  switch (driverClass) {
    case 'ticket-printer':
      return describeTicketPrinter(settings);
    case 'line-display':
      return describeLineDisplay(settings);
    case 'keypad':
      return describeKeypad(settings, device);
    default:
      // What a scanner reads is masked: there is nothing to describe.
      return () => [];
  }
}
