/** The traffic of an ESC/POS printer in words, for a port's trace: command names beside bytes, and what the printer answers. */
import type { Describer } from '../port/trace.ts';
import { type Command, CommandFraming } from './command-framing.ts';
import { commandNames, qrFunctions, realTimeNames, statusRequestNames } from './command-names.ts';
import type { StatusRequest } from './escpos-commands.ts';
import {
  faultCodes,
  fromFrame,
  fromFullStatus,
  type PrinterStatus,
  wellStatus,
  withRealTime,
} from './printer-status.ts';
import type { PrinterProfile } from './profile.ts';
import { type Reply, ReplyParser } from './reply-parser.ts';

const longestTextBytes = 160;
const longestDataBytes = 12;
/** Requests whose answers did not come are forgotten beyond so many. */
const maxAsked = 16;

export function describePrinter(profile: PrinterProfile): Describer {
  const framing = new CommandFraming();
  const parser = new ReplyParser({ stripFlowControl: false, fullStatus: profile.status.full_status });
  const asked: StatusRequest[] = [];
  return (direction, bytes, atMs) => {
    if (direction === 'in')
      return parser.push(bytes, atMs).map((reply) => describeReply(reply, asked.shift.bind(asked), profile));
    const lines: string[] = [];
    let text: number[] = [];
    const endText = () => {
      if (text.length > 0) lines.push(`"${new TextDecoder('gb18030').decode(Uint8Array.from(text))}"`);
      text = [];
    };
    for (const byte of bytes) {
      const command = framing.push(byte);
      if (command === undefined) continue;
      if (command.name === 'text' && text.length < longestTextBytes) text.push(...command.bytes);
      if (command.name === 'text') continue;
      endText();
      if (command.bytes[0] === 0) continue;
      const request = command.bytes[2];
      if (command.name === 'DLE \u0004' && (request === 1 || request === 2 || request === 3 || request === 4)) {
        asked.push(request);
        if (asked.length > maxAsked) asked.shift();
      }
      lines.push(describeCommand(command));
    }
    endText();
    return lines;
  };
}

function describeCommand({ name, bytes }: Command): string {
  const [prefix, second = 0, third = 0] = bytes;
  if (prefix === 0x10) {
    const what =
      second === 0x04 ? statusRequestNames[third] : second === 0x05 ? 'continue after an error' : 'clear buffers';
    return `DLE ${realTimeNames[second] ?? second} ${third}${what === undefined ? '' : ` ${what}`}`;
  }
  if (name === 'GS ( H') return `GS ( H ${bytes[5]} confirm id ${Buffer.from(bytes.slice(7)).toString('latin1')}`;
  if (name === 'GS ( k') {
    const number = bytes[6] ?? 0;
    const data = number === 80 ? ` "${Buffer.from(bytes.slice(8)).toString('utf8').slice(0, longestTextBytes)}"` : '';
    return `GS ( k ${number} ${qrFunctions[number] ?? 'code'}${data}`;
  }
  if (name === 'GS v')
    return `GS v 0 picture, ${((bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8)) * 8} x ${(bytes[6] ?? 0) | ((bytes[7] ?? 0) << 8)} dots`;
  const data = bytes.slice(2);
  const shown = data.slice(0, longestDataBytes).join(' ');
  const more = data.length > longestDataBytes ? ` and ${data.length - longestDataBytes} bytes` : '';
  const meaning = commandNames[name];
  return [name, meaning, `${shown}${more}`].filter((part) => part !== undefined && part !== '').join(' ');
}

function describeReply(reply: Reply, asked: () => StatusRequest | undefined, profile: PrinterProfile): string {
  switch (reply.kind) {
    case 'real-time': {
      const request = asked();
      if (request === undefined) return `status ${byteText(reply.status)}, nobody asked`;
      const status = withRealTime(wellStatus, request, reply.status, profile);
      return `DLE EOT ${request} answered: ${statusText(status, profile)} (${byteText(reply.status)})`;
    }
    case 'frame':
      return `status by itself: ${statusText(fromFrame(reply.bytes, profile), profile)}`;
    case 'full-status':
      return `FULL STATUS: ${statusText(fromFullStatus(reply.bytes), profile)}`;
    case 'lone':
      return `GS r answered: ${byteText(reply.status)}`;
    case 'process-id':
      return `confirmed id ${reply.id}`;
    case 'cleared':
      return 'buffers cleared';
    case 'block':
      return `block ${byteText(reply.header)}, ${reply.data.length} bytes`;
    case 'noise':
      return `not understood ${byteText(reply.byte)}`;
  }
}

const byteText = (byte: number) => `${byte.toString(16).toUpperCase().padStart(2, '0')}h`;

function statusText(status: PrinterStatus, profile: PrinterProfile): string {
  const codes = faultCodes(status, profile);
  return codes.length === 0 ? 'ready' : codes.join(', ');
}
