/** What a box's own set-up does to the devices: udev's rules as they are shipped, late permissions, devices that enumerate twice. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemRoots } from '../../../../drivers/port/sysfs.ts';
import { checkKeyboards, type Finding } from '../../../boot/box-checks.ts';
import { openCharDevice } from './char-device.ts';
import { serialAt } from './ftdi.ts';
import { Gadget, vendorPadGadget } from './gadget.ts';
import { type PlainUserReport, refusedFolder } from './plain-user.ts';
import { type Bench, listen, type Scenario, same, until } from './scenario.ts';
import { descriptors, UhidEnd } from './uhid.ts';

const rulesFolder = '/etc/udev/rules.d';
const shippedRule = (file: string) => readFileSync(new URL(`../../../../docs/udev/${file}`, import.meta.url), 'utf8');

/** Puts a rule file where a technician puts it. */
function installRules(bench: Bench, file: string, text: string): void {
  writeFileSync(`${rulesFolder}/${file}`, text);
  reload();
  bench.atEnd(() => {
    rmSync(`${rulesFolder}/${file}`);
    reload();
  });
}

const reload = () => execFileSync('udevadm', ['control', '--reload']);

/** The machine's USB keyboard. */
const keyboard = { kind: 'hid', vid: 0x0627, pid: 0x0001 } as const;
const plugKeyboard = (bench: Bench) => bench.monitor.plug('kbd0', 'usb-kbd', { port: '1' });

const keyboardScenario: Scenario = {
  name: 'box: a keyboard types into the console until the rule that doctor prints is installed; hidraw reads all the same',
  async run(bench) {
    let typed = '';
    const console = openCharDevice('/dev/tty1', (bytes) => {
      typed += Buffer.from(bytes).toString('latin1');
    });
    bench.atEnd(() => console.close());
    const { link, data, backAfter } = listen(bench, 'number pad', keyboard);
    const typeOrder = async () => {
      typed = '';
      data.length = 0;
      for (const key of ['4', '2', 'ret']) {
        await bench.monitor.pressKey(key);
        await wait(150);
      }
      // Down and up of each.
      await until('the keys on hidraw', () => data.length >= 6);
      await wait(100);
      const keys = data.map((report) => report.slice(4, 6)).filter((usage) => usage !== '00');
      // 21h, 1Fh, 28h: keyboard 4, 2, Enter (HID Usage Tables 1.5, section 10).
      same('keys on hidraw', keys, ['21', '1f', '28']);
    };
    await until('it opens', () => link.state === 'open');
    // What other keyboards left in the console's line.
    await bench.monitor.pressKey('ret');
    await until('the console is there', () => typed.endsWith('\n'));
    await wait(100);
    await typeOrder();
    same('the console got', typed, '42\n');

    const halld = fileURLToPath(new URL('../../../boot/halld.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, halld, 'doctor', '--json'], {
      timeout: 60_000,
    }).catch((error: { stdout: string }) => error);
    const leak = (JSON.parse(stdout) as Finding[]).find(({ code }) => code === 'keyboard-leaks');
    const rule = /(SUBSYSTEM=="input".*)$/.exec(leak?.remedy ?? '')?.[1] ?? '';
    const shipped = shippedRule('71-halld-keyboards.rules');
    const example = /^#(SUBSYSTEM.*)$/m.exec(shipped)?.[1] ?? '';
    same('doctor prints the line that is shipped', rule.replace('0627', '1234').replace('0001', '5303'), example);

    installRules(bench, '71-halld-keyboards.rules', `${shipped}${rule}\n`);
    bench.atEnd(async () => {
      await bench.monitor.unplug('kbd0');
      await plugKeyboard(bench);
    });
    for (let round = 1; round <= 2; round += 1) {
      // The kernel forgets it at each unplug; udev sets it again.
      await bench.monitor.unplug('kbd0');
      await until('the loss', () => link.state !== 'open');
      await backAfter(() => plugKeyboard(bench));
      await until('nobody types into the console', () => checkKeyboards(systemRoots)[0]?.level === 'well');
      await typeOrder();
      same(`the console got, plugged ${round} times`, typed, '');
    }
  },
};

const group = { name: 'hall', id: 950 };

/** udev comes to the permissions of a node only when the user was refused it, or after 30 s. */
const lateScript = `for try in $(seq 300); do [ -e ${refusedFolder}/$1 ] && exit; sleep 0.1; done\n`;

const permissionScenario: Scenario = {
  name: 'box: a user in group "hall" opens pad, serial port and printer by the shipped rule, though udev is late',
  async run(bench) {
    if (!readFileSync('/etc/group', 'utf8').includes(`\n${group.name}:`))
      appendFileSync('/etc/group', `${group.name}:x:${group.id}:\n`);
    installRules(bench, '70-halld.rules', shippedRule('70-halld.rules'));
    rmSync(refusedFolder, { recursive: true, force: true });
    mkdirSync(refusedFolder);
    chmodSync(refusedFolder, 0o777);
    writeFileSync('/run/late.sh', lateScript);
    installRules(
      bench,
      '69-late.rules',
      'ACTION=="add", KERNEL=="hidraw*|ttyACM*|lp*", PROGRAM="/bin/sh /run/late.sh %k"\n',
    );
    const gadget = new Gadget(bench, 'box', { serial: 'GK-1', pad: vendorPadGadget, serialPort: true, printer: true });
    const script = fileURLToPath(new URL('./plain-user.ts', import.meta.url));
    const child = spawn(process.execPath, [...process.execArgv, script, `${group.id}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    bench.atEnd(() => child.kill());
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await until('it waits for them', () => said.includes('waiting'));
    await gadget.plug(0);
    await until('it has all three', () => said.trimEnd().endsWith('}'));
    const reports = JSON.parse(said.slice(said.indexOf('{'))) as Record<string, PlainUserReport>;
    for (const [name, { refusals, openMs, codes }] of Object.entries(reports)) {
      bench.note(`${name}: refused at ${refusals} looks, open ${openMs} ms after its node came`);
      if (refusals === 0) throw new Error(`${name}: the node was never refused, so nothing was tried`);
      same(
        `${name}: faults told`,
        codes.filter((code) => !code.startsWith('no-hardware')),
        [],
      );
    }
  },
};

/** Firmware that starts, resets its USB side and starts again. */
const bounceMs = 40;

const twiceScenario: Scenario = {
  name: 'box: pads that enumerate twice within 100 ms are opened once more, and their press comes once',
  async run(bench) {
    const end = new UhidEnd({ name: 'Bouncing', vid: 0x1234, pid: 0x5306, descriptor: descriptors.vendorPad });
    bench.atEnd(() => end.unplug());
    const pad = listen(bench, 'pad', { kind: 'hid', vid: 0x1234, pid: 0x5306 });
    const gadget = new Gadget(bench, 'bouncing', { serial: 'GK-1', serialPort: true });
    const path = '/dev/serial/by-id/usb-Acme_Acme_Counter_Box_GK-1-if00';
    const port = listen(bench, 'serial pad', serialAt(path));
    for (let round = 0; round < 5; round += 1) {
      end.plug();
      await wait(bounceMs);
      end.unplug();
      await wait(bounceMs);
      end.plug();
      await until('the pad is open', () => pad.link.state === 'open' && pad.data.length === 0);
      end.send(Uint8Array.from([1, round + 1, 0, 0, 0, 0, 0, 0]));
      await until('a press', () => pad.data.length > 0);
      same('presses', pad.data.splice(0), [`010${round + 1}000000000000`]);
      end.unplug();
      await until('the loss', () => pad.link.state !== 'open');
    }
    for (let round = 0; round < 2; round += 1) {
      await gadget.plug(1);
      await wait(bounceMs);
      await gadget.unplug();
      await wait(bounceMs);
      await gadget.plug(1);
      // What udev's link still names from the first time is open for a moment at most.
      await until('the last of them is open', () => port.link.state === 'open' && existsSync(path));
      await until('it answers', () => {
        gadget.serialPort?.send(Uint8Array.from([0x31]));
        return port.data.length > 0;
      });
      same('what came', [...new Set(port.data.splice(0).join('').match(/../g))], ['31']);
      await gadget.unplug();
      await until('the loss', () => port.link.state !== 'open');
      port.data.length = 0;
    }
    same('every opening was lost once', pad.link.counters.opened, pad.link.counters.lost);
    same('every opening was lost once', port.link.counters.opened, port.link.counters.lost);
  },
};

export const boxScenarios: readonly Scenario[] = [keyboardScenario, permissionScenario, twiceScenario];
