/** `halld bus-scan`: which boards answer on this line, at which rate, address and protocol. */
import { parseArgs } from 'node:util';
import { isDeviceError } from '../../../drivers/errors.ts';
import type { BoardAnswer, BoardFrame } from '../../../drivers/line-display/protocol.ts';
import { boardProtocols } from '../../../drivers/line-display/registry.ts';
import type { PortOptions } from '../../../drivers/port/port-options.ts';
import { addressRange, choosePort, openLine, portHelp, portOptions, wholeNumber } from '../board-port.ts';
import { type Command, UsageError } from '../command.ts';

const exitNothingFound = 1;
const exitNotAvailable = 69;
/** Enough for a card on a serial line to answer a status request; the makers' own time-outs are for slow links. */
const defaultTimeoutMs = 300;

export const busScan: Command = {
  summary: 'finds the boards on a line: rate, protocol, address',
  help: `usage: halld bus-scan PORT [options]

Asks every address in every protocol whether a board is there. It only asks: nothing is written to a board.

${portHelp}
  --addresses 1-32   which addresses; default 1-8
  --protocols A,B    which protocols; default all that can be asked
  --rates A,B        serial rates to try, one after the other; default the port's own
  --timeout-ms N     how long an answer is waited for; default ${defaultTimeoutMs}

Exit codes: 0 found one, 1 no board answered, 64 usage, 69 the port does not open.`,

  async run(args) {
    const { values } = read(args);
    const { port } = await choosePort(values);
    const addresses = addressRange(values.addresses ?? '1-8');
    const timeoutMs = wholeNumber('timeout-ms', values['timeout-ms'] ?? String(defaultTimeoutMs), 20, 10_000);
    const protocols = (values.protocols ?? Object.keys(boardProtocols).join(',')).split(',');
    const unknown = protocols.filter((name) => !Object.hasOwn(boardProtocols, name));
    if (unknown.length > 0)
      throw new UsageError(`no protocol ${unknown.join(', ')}: ${Object.keys(boardProtocols).join(', ')}`);
    let found = 0;
    for (const asked of rates(port, values.rates)) {
      try {
        found += await scan(asked, protocols, addresses, timeoutMs);
      } catch (error) {
        if (!isDeviceError(error)) throw error;
        console.error(error.message);
        return exitNotAvailable;
      }
    }
    console.error(found === 0 ? 'no board answered: check power, A and B, and the rate' : `${found} answered`);
    return found === 0 ? exitNothingFound : 0;
  },
};

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...portOptions,
        addresses: { type: 'string' },
        protocols: { type: 'string' },
        rates: { type: 'string' },
        'timeout-ms': { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function rates(port: PortOptions, list: string | undefined): readonly PortOptions[] {
  if (port.kind !== 'serial' || list === undefined) return [port];
  return list.split(',').map((rate) => ({ ...port, baud: wholeNumber('rates', rate, 300, 921_600) }));
}

async function scan(
  port: PortOptions,
  protocols: readonly string[],
  addresses: readonly number[],
  timeoutMs: number,
): Promise<number> {
  const { link, line } = await openLine(port);
  const rate = port.kind === 'serial' ? `${port.baud} ` : '';
  let found = 0;
  try {
    for (const protocol of protocols) {
      for (const address of addresses) {
        const frame = question(protocol, address);
        if (frame?.answer === undefined) continue;
        const { bytes: request, answer, gapAfterMs } = frame;
        const result = await line.exchange({
          ...{ station: `${protocol} ${address}`, priority: 'poll', request, gapAfterMs, retries: 0 },
          answer: { ...answer, timeoutMs },
        });
        if (result.kind !== 'answered') continue;
        found += 1;
        console.log(`${rate}${protocol} ${address}: ${inWords(result.answer)}`);
      }
    }
  } finally {
    await link.close();
  }
  return found;
}

/** Signs that are only read when the wire back is known to be there. */
const asking: Readonly<Record<string, object>> = { alpha: { reads: true } };

/** How a board of this protocol is asked whether it is there; nothing where it cannot be asked. */
function question(protocol: string, address: number): BoardFrame | undefined {
  const found = boardProtocols[protocol];
  const options = asking[protocol] ?? {};
  if (found?.options.safeParse(options).success !== true) return undefined;
  return found.bind(address, options).encode({ kind: 'check', painted: [], thorough: true, percent: 100 })[0];
}

function inWords(answer: BoardAnswer): string {
  switch (answer.kind) {
    case 'done':
      return 'is there';
    case 'state':
      return answer.intact ? 'is there, and shows something' : 'is there';
    case 'address':
      return `is there, with address ${answer.address}`;
    case 'busy':
      return 'is there, and busy';
    case 'refused':
      return `is there, and refuses (${answer.code}): ${answer.remedy}`;
  }
}
