/** CMPP 3.0 as Debian's tshark reads it: its own dissector names every field of what our client sends. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { smsText } from '../../../drivers/bytes/sms-text.ts';
import {
  cmppCommand,
  cmppMessage,
  cmppTimestamp,
  connectBody,
  submitBody,
} from '../../../drivers/sms-gateway/cmpp-codec.ts';
import { lacking } from './peer-program.ts';

const lacks = lacking([{ command: 'tshark', args: ['--version'], package: 'tshark' }]);
if (lacks !== undefined) console.log(`CMPP beside tshark: skipped, ${lacks}`);

const port = 7890;

/** A capture file (libpcap, link type 101: raw IPv4) with one TCP segment a message. */
function capture(messages: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(0xa1b2c3d4, 0);
  head.writeUInt16LE(2, 4);
  head.writeUInt16LE(4, 6);
  head.writeUInt32LE(65_535, 16);
  head.writeUInt32LE(101, 20);
  let sequence = 1;
  const packets = messages.map((message, index) => {
    const packet = Buffer.alloc(16 + 40 + message.length);
    packet.writeUInt32LE(index, 0);
    packet.writeUInt32LE(40 + message.length, 8);
    packet.writeUInt32LE(40 + message.length, 12);
    packet.writeUInt8(0x45, 16);
    packet.writeUInt16BE(40 + message.length, 18);
    packet.writeUInt8(64, 24);
    packet.writeUInt8(6, 25);
    packet.set([127, 0, 0, 1, 127, 0, 0, 1], 28);
    packet.writeUInt16BE(40_000, 36);
    packet.writeUInt16BE(port, 38);
    packet.writeUInt32BE(sequence, 40);
    packet.writeUInt8(0x50, 48);
    packet.writeUInt8(0x18, 49);
    packet.writeUInt16BE(0xffff, 50);
    packet.set(message, 56);
    sequence += message.length;
    return packet;
  });
  return Buffer.concat([head, ...packets]);
}

test.skipIf(lacks !== undefined)('every field of CONNECT, SUBMIT and ACTIVE_TEST is where tshark looks for it', () => {
  const timestamp = cmppTimestamp(Date.UTC(2026, 10, 23, 2, 0), 'Asia/Shanghai');
  const { parts } = smsText('请A042号到3号窗口。'.repeat(10), 7, 'ucs-2');
  const submits = parts.map(({ userData }, index) =>
    cmppMessage({
      command: cmppCommand.submit,
      sequence: 2 + index,
      body: submitBody({
        version: 3,
        sourceNumber: '10690001',
        serviceId: 'HALL',
        enterprise: '901234',
        to: '13800138000',
        content: userData,
        part: index + 1,
        parts: parts.length,
        reportAsked: true,
        validUntil: '261123110000032+',
      }),
    }),
  );
  const messages = [
    cmppMessage({
      command: cmppCommand.connect,
      sequence: 1,
      body: connectBody({ source: '901234', secret: 'secret', version: 3, timestamp }),
    }),
    ...submits,
    cmppMessage({ command: cmppCommand.activeTest, sequence: 9, body: new Uint8Array() }),
  ];
  const folder = mkdtempSync(path.join(tmpdir(), 'cmpp-'));
  try {
    const file = path.join(folder, 'cmpp.pcap');
    writeFileSync(file, capture(messages));
    const printed = execFileSync(
      'tshark',
      ['-r', file, '-d', `tcp.port==${port},cmpp`, '-V', '-o', 'tcp.check_checksum:FALSE'],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    expect(printed.match(/Command Id: .*Submit|Command Id: .*SUBMIT/gi)).toHaveLength(parts.length);
    expect(printed).toMatch(/Source Addr(ess)?: 901234/i);
    expect(printed).toMatch(/13800138000/);
    expect(printed).toMatch(/10690001/);
    expect(printed).not.toMatch(/Malformed|Unreassembled/i);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
