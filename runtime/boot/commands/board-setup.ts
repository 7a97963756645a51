/** `halld board-setup`: gives the one board on the wire its address, and lays out what its configured use needs. The only place that sends such frames. */
import { parseArgs } from 'node:util';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import type { DriverSettings } from '../../../drivers/driver.ts';
import { isDeviceError } from '../../../drivers/errors.ts';
import type { ExchangeResult } from '../../../drivers/line/line.ts';
import type { BoardAnswer, BoardCommissioning, BoardFrame } from '../../../drivers/line-display/protocol.ts';
import { boardCommissioning, boardProtocols } from '../../../drivers/line-display/registry.ts';
import {
  boardSettings,
  choosePort,
  type OpenLine,
  openLine,
  portHelp,
  portOptions,
  wholeNumber,
} from '../board-port.ts';
import { type Command, UsageError } from '../command.ts';

const exitRefused = 1;
const exitNotAvailable = 69;
/** Two cards that both answer are heard in at least one of so many questions, also where they collide. */
const questions = 3;
/** A board has its new address when it has written it. */
const settleMs = 500;

export const boardSetup: Command = {
  summary: 'gives a board its address: one board alone on its line',
  help: `usage: halld board-setup PORT --protocol NAME --address N --alone

Boards keep an address for ever, and all of them take it: connect ONE board, say so with --alone, set it, write the
number on it, then the next. Where the protocol can, the address is asked for first (two boards that answer end the
command), and read back.

${portHelp}
  --protocol NAME    ${Object.keys(boardProtocols).join(', ')}
  --option K=V       an option of the protocol, as in the hall's file (JSON value or text); may be repeated
  --address N        the new address
  --alone            no other device is on the line
  --dry-run          prints the frames and sends none

Rates, sizes and fonts are set with the maker's tool.
Exit codes: 0 set, 1 the board refused or did not answer, 64 usage, 69 the port does not open.`,

  async run(args) {
    const { values } = read(args);
    const chosen = await choosePort(values);
    const [settings] = boardSettings(chosen.settings, values);
    if (settings === undefined || values.address === undefined) throw new UsageError('name the new address: --address');
    const address = wholeNumber('address', values.address, 1, 0x7fff);
    const setup = setupOf(settings);
    if (values['dry-run'] === true) {
      for (const { what, frame } of stepsOf(setup, address)) console.log(`${what}: ${words(frame.bytes)}`);
      return 0;
    }
    if (values.alone !== true) throw new UsageError('connect one board alone and say so: --alone');
    let opened: OpenLine;
    try {
      opened = await openLine(chosen.port);
    } catch (error) {
      if (!isDeviceError(error)) throw error;
      console.error(error.message);
      return exitNotAvailable;
    }
    try {
      return (await commission(setup, address, opened)) ? 0 : exitRefused;
    } finally {
      await opened.link.close();
    }
  },
};

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...portOptions,
        protocol: { type: 'string' },
        option: { type: 'string', multiple: true },
        address: { type: 'string' },
        alone: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function setupOf(settings: DriverSettings): BoardCommissioning {
  try {
    const setup = boardCommissioning(settings);
    if (setup !== undefined) return setup;
  } catch (error) {
    if (!isDeviceError(error)) throw error;
    throw new UsageError(error.message);
  }
  throw new UsageError(`${settings.protocol} boards are addressed with the maker's tool or by their switches`);
}

function stepsOf(setup: BoardCommissioning, address: number) {
  return [
    ...setup.setAddress(address).map((frame) => ({ what: `sets address ${address}`, frame })),
    ...(setup.further ?? []).flatMap(({ what, frames }) => frames.map((frame) => ({ what, frame }))),
  ];
}

async function commission(setup: BoardCommissioning, address: number, opened: OpenLine): Promise<boolean> {
  const { readAddress } = setup;
  if (readAddress !== undefined && !(await isAlone(readAddress, opened))) return false;
  for (const { what, frame } of stepsOf(setup, address)) {
    const result = await say(frame, opened);
    const fine = result.kind === 'sent' || (result.kind === 'answered' && isYes(result.answer));
    console.log(`${what}: ${result.kind === 'sent' ? 'sent' : fine ? 'taken' : 'NOT TAKEN'}`);
    if (!fine) return false;
  }
  if (readAddress === undefined) {
    console.log('this board cannot be asked: try it with "halld board-test"');
    return true;
  }
  await sleep(systemClock, settleMs);
  const now = addressIn(await say(readAddress, opened));
  console.log(now === address ? `reads back ${address}` : `READS BACK ${now ?? 'nothing'}`);
  return now === address;
}

/** One and the same answer every time, and no second one behind it. */
async function isAlone(readAddress: BoardFrame, opened: OpenLine): Promise<boolean> {
  const seen = new Set<number | undefined>();
  for (let each = 0; each < questions; each += 1) seen.add(addressIn(await say(readAddress, opened)));
  const { clashed, garbled } = opened.line.station(station).counters;
  if (seen.size > 1 || clashed > 0 || garbled > 0) {
    console.error('More than one board answers: leave ONE on the wire, then set its address');
    return false;
  }
  const [address] = seen;
  if (address === undefined) {
    console.error('Nobody answers: check power, A and B, and the rate ("halld bus-scan --rates 9600,57600")');
    return false;
  }
  console.log(`one board, address ${address}`);
  return true;
}

const station = 'the board';

function say(frame: BoardFrame, { line }: OpenLine): Promise<ExchangeResult<BoardAnswer>> {
  const { bytes: request, gapAfterMs, answer } = frame;
  return line.exchange({
    ...{ station, priority: 'status', request, gapAfterMs },
    ...(answer === undefined ? {} : { answer }),
    // An address is said once: a board that took it and was not heard would not know the second.
    retries: 0,
  });
}

function addressIn(result: ExchangeResult<BoardAnswer>): number | undefined {
  return result.kind === 'answered' && result.answer.kind === 'address' ? result.answer.address : undefined;
}

function isYes(answer: BoardAnswer): boolean {
  return answer.kind === 'done' || answer.kind === 'address';
}

function words(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .toUpperCase()
    .replace(/..(?=.)/g, '$& ');
}
