/** Text messages beside programs by other hands: Gammu reads what our encoder makes, and smstools' smsd sends through our simulated modem. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../drivers/clock.ts';
import { submitPdus } from '../../../drivers/modem/sms-pdu.ts';
import { seededRandom } from '../../../drivers/random.ts';
import { RecordingLog } from '../../../drivers/recording-log.kit.ts';
import { SimulatedCable } from '../../../drivers/simulated/cable.ts';
import { createSimulatedModem } from '../../../drivers/simulated/modem/simulated-modem.kit.ts';
import { PtyCables } from '../worlds/pty-cable.ts';
import { lacking, python } from './peer-program.ts';

const lacksGammu = lacking([{ command: python, args: ['-c', 'import gammu'], package: 'python3-gammu' }]);
const lacksSmsd = lacking([
  { command: 'socat', args: ['-V'], package: 'socat' },
  { command: '/usr/sbin/smsd', args: ['-V'], package: 'smstools' },
]);
for (const lacks of [lacksGammu, lacksSmsd]) if (lacks !== undefined) console.log(`skipped: ${lacks}`);

interface Read {
  readonly to: string;
  readonly text: string;
  readonly part: readonly [number, number, number] | null;
}

function gammuReads(pdus: readonly string[]): readonly Read[] {
  const program = path.join(import.meta.dirname, 'gammu-reads.py');
  const printed = execFileSync(python, [program], { input: pdus.join('\n'), encoding: 'utf8' });
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
}

test.skipIf(lacksGammu !== undefined)('Gammu reads 500 random messages as they were meant', () => {
  const seed = 20261201;
  const random = seededRandom(seed);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
  const chinese = [...'请您的号码到窗口办理领证大厅前面还有位，。A012 3'];
  // Without the extension table: python3-gammu counts an escaped character as two and reads beyond the text's end.
  const latin = [...'Your number A012: please go to window 3 now. ÄÖÜñ@_$Δ£'];
  const messages = Array.from({ length: 500 }, (_, n) => {
    const length = 1 + Math.floor(random() * 250);
    const text = `x${Array.from({ length }, () => pick(n % 2 === 0 ? chinese : latin)).join('')}x`;
    const to = n % 3 === 0 ? `+861${Math.floor(random() * 9e9 + 1e9)}` : `1${Math.floor(random() * 9e9 + 1e9)}`;
    return { to, text, pdus: submitPdus({ to, text, reference: n & 0xff, validityMin: 60, report: n % 5 === 0 }) };
  });
  const reads = [...gammuReads(messages.flatMap(({ pdus }) => pdus.map(({ pdu }) => pdu)))];
  for (const [n, { to, text, pdus }] of messages.entries()) {
    const parts = reads.splice(0, pdus.length);
    expect(parts.map((part) => part.text).join(''), `seed ${seed}, message ${n}`).toBe(text);
    expect(parts.every((part) => part.to === to)).toBe(true);
    expect(parts.map(({ part }) => part)).toEqual(
      pdus.length === 1 ? [null] : pdus.map((_pdu, index) => [n & 0xff, pdus.length, index + 1]),
    );
  }
});

test.skipIf(lacksSmsd !== undefined)(
  "smstools' smsd sends through the simulated modem, a short text and a long one",
  async () => {
    const cables = new PtyCables();
    const folder = mkdtempSync(path.join(tmpdir(), 'smsd-'));
    const log = new RecordingLog();
    const context = { clock: systemClock, random: seededRandom(1), log };
    const cable = new SimulatedCable({ name: 'modem', clock: systemClock, unit: 'bytes' });
    const modem = createSimulatedModem(context, { end: cable });
    const device = await cables.lay(() => cable.makePort());
    for (const name of ['outgoing', 'checked', 'sent', 'failed', 'incoming', 'stats'])
      mkdirSync(path.join(folder, name));
    const config = path.join(folder, 'smsd.conf');
    const places = ['outgoing', 'checked', 'sent', 'failed', 'incoming', 'stats'].map(
      (name) => `${name} = ${folder}/${name}`,
    );
    writeFileSync(
      config,
      `devices = GSM1\n${places.join('\n')}\nlogfile = ${folder}/log\nloglevel = 7\ndelaytime = 1\nuser = root\ngroup = root\n[GSM1]\ndevice = ${device}\nincoming = no\nbaudrate = 115200\ncheck_network = yes\n`,
    );
    const smsd = spawn('/usr/sbin/smsd', ['-t', `-c${config}`, `-p${folder}/pid`, `-i${folder}/info`], {
      stdio: 'ignore',
      detached: true,
    });
    onTestFinished(async () => {
      // It starts a process of its own for each modem.
      if (smsd.pid !== undefined) process.kill(-smsd.pid, 'SIGKILL');
      await cables.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const long = '您好，您的号码A042即将办理，前面还有3位。'.repeat(6);
    const texts = ['请A042号到3号窗口', long];
    for (const [n, text] of texts.entries()) {
      const file = path.join(folder, `message-${n}`);
      writeFileSync(file, `To: 8613800138000\nAlphabet: UTF-8\n\n${text}`);
      renameSync(file, path.join(folder, 'outgoing', `message-${n}`));
    }
    await new Promise<void>((resolve, reject) => {
      smsd.once('exit', (code) => reject(new Error(`smsd ended with ${code}`)));
      const look = () => {
        if (modem.look().messages.length >= texts.length) resolve();
      };
      modem.changed.on(look);
      look();
    });
    expect(new Map(modem.look().messages.map(({ to, text }) => [text, to]))).toEqual(
      new Map(texts.map((text) => [text, '+8613800138000'])),
    );
    expect(log.defects).toEqual([]);
  },
  120_000,
);
