/** Commands that are answered in their turn instead of printing (Epson: GS r, ESC v, ESC u, GS I, GS ( L; Custom: GS e 6). */

import type { Command } from '../../ticket-printer/command-framing.ts';
import type { PrinterProfile } from '../../ticket-printer/profile.ts';
import type { LogoFlash } from './logo-flash.ts';
import { ejectorStatus, identity, type PrinterCondition, paperSensor } from './status-bytes.ts';

export interface ReplyWorld {
  readonly profile: PrinterProfile;
  readonly condition: PrinterCondition;
  readonly flash: LogoFlash;
  readonly serialNumber: string;
  readonly deafToLogos: boolean;
}

const acknowledge = 0x06;
const nothing = new Uint8Array();

/** What is sent, possibly nothing; `undefined` when the command is no question. */
export function bufferedReply({ name, bytes }: Command, world: ReplyWorld): Uint8Array | undefined {
  const { profile, condition, flash } = world;
  const n = bytes[2] ?? 0;
  switch (name) {
    case 'GS r':
      // 1 or 31h paper, 2 or 32h drawer: nobody pulled it.
      return Uint8Array.of((n & 0x0f) === 1 ? paperSensor(condition) : 0);
    case 'ESC v':
      return Uint8Array.of(paperSensor(condition));
    case 'ESC u':
      return Uint8Array.of(0);
    case 'GS I':
      return identity(n, profile.name, world.serialNumber);
    case 'GS e':
      return profile.presenter.kind === 'custom' && n === 6 ? Uint8Array.of(ejectorStatus(condition)) : undefined;
    case 'GS ( L':
    case 'GS 8': {
      const answer = flash.answer(bytes.slice(name === 'GS 8' ? 7 : 5));
      return answer !== undefined && world.deafToLogos ? nothing : answer;
    }
    case 'control':
      return bytes[0] === acknowledge ? (flash.acknowledged() ?? nothing) : undefined;
    default:
      return undefined;
  }
}
