/** `halld pin`: makes the salted hash of a clerk's PIN for the config, so that no PIN stands in a file. */
import { createInterface } from 'node:readline/promises';
import { hashPin } from '../../hub/clerk-pin.ts';
import { type Command, UsageError } from '../command.ts';
import { parseOptions } from '../options.ts';

const pinPattern = /^\d{4,12}$/;

export const pin: Command = {
  summary: "prints the salted hash of a clerk's PIN, for the config",
  help: `usage: halld pin < FILE   or   halld pin, then type the PIN

Reads a PIN of 4 to 12 digits from standard input (never from the command line, where others could read it) and prints
the value for "pin_hash" of a clerk.`,
  async run(args) {
    parseOptions(args, {});
    const lines = createInterface({ input: process.stdin });
    const { value } = await lines[Symbol.asyncIterator]().next();
    lines.close();
    const digits = String(value ?? '').trim();
    if (!pinPattern.test(digits)) throw new UsageError('a PIN has 4 to 12 digits');
    console.log(await hashPin(digits));
    return 0;
  },
};
