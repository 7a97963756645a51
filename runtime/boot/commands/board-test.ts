/** `halld board-test`: shows patterns and addresses on real boards, and says which were acknowledged. */

import { parseArgs } from 'node:util';
import { visitors } from '../../../config/locales/visitors.ts';
import { phrase } from '../../../config/locales/words.ts';
import { sleep, systemClock } from '../../../drivers/clock.ts';
import type { DriverSettings } from '../../../drivers/driver.ts';
import { isDeviceError } from '../../../drivers/errors.ts';
import type { BoardContent, LineDisplay } from '../../../drivers/line-display/line-display.ts';
import { boardProtocols, createLineDisplay } from '../../../drivers/line-display/registry.ts';
import { silentLog } from '../../../drivers/log.ts';
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

const exitWrong = 1;
const exitNotAvailable = 69;
/** The protocol's own time-outs and retries end before this. */
const answerWithinMs = 8_000;

export const boardTest: Command = {
  summary: 'shows test patterns on a board, or its address on every board of a line',
  help: `usage: halld board-test PORT --protocol NAME [options]

Shows three patterns on each board, one after the other: all segments or a full row, its address, a call. Says for each
whether the board acknowledged it. Nothing is written that a board keeps after its power is off.

${portHelp}
  --protocol NAME    ${Object.keys(boardProtocols).join(', ')}
  --addresses 1-32   a sweep: every board shows its own address; default 1
  --option K=V       an option of the protocol, as in the hall's file (JSON value or text); may be repeated
  --text TEXT        shown instead of the patterns
  --seconds N        how long each pattern stays; default 2

Exit codes: 0 all acknowledged (or sent, one-way boards), 1 a board did not answer, 64 usage, 69 the port does not open.`,

  async run(args) {
    const { values } = read(args);
    const chosen = await choosePort(values);
    const seconds = wholeNumber('seconds', values.seconds ?? '2', 0, 600);
    const boards = boardSettings(chosen.settings, values);
    let opened: OpenLine;
    try {
      opened = await openLine(chosen.port);
    } catch (error) {
      if (!isDeviceError(error)) throw error;
      console.error(error.message);
      return exitNotAvailable;
    }
    let silent = 0;
    for (const settings of boards) if (!(await tryBoard(settings, opened, values.text, seconds))) silent += 1;
    await opened.link.close();
    return silent === 0 ? 0 : exitWrong;
  },
};

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...portOptions,
        protocol: { type: 'string' },
        addresses: { type: 'string' },
        option: { type: 'string', multiple: true },
        text: { type: 'string' },
        seconds: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function tryBoard(
  settings: DriverSettings,
  { link, line }: OpenLine,
  text: string | undefined,
  seconds: number,
): Promise<boolean> {
  const name = `${settings.protocol} ${settings.address ?? ''}`.trim();
  const context = { name, link, line: () => line, clock: systemClock, random: Math.random, log: silentLog };
  const board = await createLineDisplay(settings, context);
  board.start();
  let fine = true;
  for (const content of text === undefined ? patterns(settings.address ?? 1, board) : [written(text)]) {
    const outcome = await shownWithin(board, content);
    const faults = board.health.faults.map(({ code, remedy }) => `${code}: ${remedy}`);
    console.log(`${name}: ${content.lines.map((line) => line.text).join(' / ')}: ${outcome ?? 'NOT SHOWN'}`);
    if (outcome === undefined) {
      for (const fault of faults) console.error(`${name}: ${fault}`);
      fine = false;
      break;
    }
    await sleep(systemClock, seconds * 1000);
  }
  await board.close();
  return fine;
}

function written(text: string): BoardContent {
  return { id: 'text', lines: text.split('\\n').map((line) => ({ text: line })), short: text };
}

function patterns(address: number, { capabilities }: LineDisplay): readonly BoardContent[] {
  const full = '8'.repeat(capabilities.columns);
  const rows = (text: string) => Array.from({ length: capabilities.lines }, () => ({ text }));
  return [
    { id: 'full', lines: rows(full), short: full },
    { id: 'address', lines: rows(`${address}`), short: `${address}` },
    {
      id: 'call',
      lines: [{ text: 'A012', blink: true }, { text: phrase(visitors['board.called'], { window: address }).zh }],
      short: 'A012',
    },
  ];
}

function shownWithin(board: LineDisplay, content: BoardContent): Promise<string | undefined> {
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const end = (outcome: string | undefined) => {
      for (const stop of stops.splice(0)) stop();
      resolve(outcome);
    };
    const timer = systemClock.after(answerWithinMs, () => end(undefined));
    stops.push(
      () => timer.cancel(),
      board.shown.on(({ contentId: id, outcome }) => {
        if (id === content.id) end(outcome);
      }),
    );
    board.show(content, { urgent: true });
    // Mute, garbled or refusing: the driver goes on, the technician need not wait.
    stops.push(
      board.healthChanged.on(({ faults }) => {
        if (faults.some(({ severity }) => severity === 'error')) end(undefined);
      }),
    );
  });
}
