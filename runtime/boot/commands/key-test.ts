/** `halld key-test`: shows what a keypad's keys do, live, and makes a profile by having them pressed in turn. */
import { systemClock } from '../../../drivers/clock.ts';
import { silentLog } from '../../../drivers/log.ts';
import { makePort } from '../../../drivers/port/registry.ts';
import type { Command } from '../command.ts';
import { readKeyTestArgs } from './key-test-args.ts';
import { type KeyTestWorld, learnKeys, showKeys } from './key-test-run.ts';

export const keyTest: Command = {
  summary: 'shows the presses of a keypad live, or makes its profile by pressing its keys in turn',
  help: `usage: halld key-test PORT [--profile NAME | FILE.yaml] [--address N] [--seconds N] [--json]
       halld key-test PORT --learn KEY,KEY,... [--model TEXT | --profile NAME]

PORT is one of
  --serial PATH [--baud N] [--parity none|even|odd] [--data-bits 7|8] [--stop-bits 1|2]
  --hid VID:PID[:SERIAL] [--usb-path PATH] [--interface N]
"halld detect" lists what there is, with names that stay.

With a profile (of config/profiles/keypad, or a file): every press with its time, every refused one with the reason,
faults by name; the lamp of the key pressed last is lit. Without one: a HID pad by its own description, a serial pad
as plain octets.

  --learn KEYS   asks for these keys one after the other, each pressed once and let go, and prints a profile to paste.
                 Names as the hall uses them: next, recall, digit-0, level-5 … (see the profiles that come with halld).
                 With --profile the pad is one of that model, and its own codes are printed for "options:": radio buttons.
  --model TEXT   what is printed on the pad; default "unknown pad"
  --seconds N    ends after so long; else Ctrl-C ends
  --json         one JSON object a line

Stop the node that uses the pad first: two programs on one port take each other's presses.
Exit codes: 0 well, 1 nothing came or no table fits, 64 usage, 66 no such port or profile.`,

  async run(args) {
    const asked = await readKeyTestArgs(args);
    const world = realWorld();
    return asked.learn.length > 0 ? learnKeys(asked, world) : showKeys(asked, world);
  },
};

function realWorld(): KeyTestWorld {
  const stopped = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
  });
  return {
    clock: systemClock,
    random: Math.random,
    portMaker: (options) => makePort(options, { clock: systemClock, log: silentLog }),
    print: (line) => console.log(line),
    tell: (line) => console.error(line),
    stopped,
  };
}
