/**
 * Boots a real Linux kernel in QEMU, runs one command in it and gives its exit code. The guest sees this machine's own files
 * read-only under a RAM overlay, so the project and its Node are there at the same paths; nothing written in it survives.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { joinSockets, type Relay } from './relay.ts';

export interface GuestRun {
  /** The command's exit code; 124 when its time was over, 125 when the guest died. */
  readonly exitCode: number;
  readonly accelerator: 'kvm' | 'tcg';
  readonly kernel: string;
  /** Guest uptime when the command began. */
  readonly bootSeconds: number;
  /** The guest's console, for a run that died. */
  readonly console: string;
}

export interface GuestOptions {
  /** What `prepare.sh` filled. */
  readonly cache: string;
  readonly command: string;
  /** The checkout; shared on its own, since the guest has a /tmp and a /run of its own. */
  readonly project: string;
  /** Node's compile cache for the command. */
  readonly compiled: string;
  /** Files of the project that the command reads; with the compile cache they are copied into the guest's memory. */
  readonly files: readonly string[];
  readonly timeoutS: number;
}

const sockets = ['qmp', 'out', 'err', 'ctl', 'ftdi', 'ftdi-far'] as const;
type SocketName = (typeof sockets)[number];

export async function runInGuest(options: GuestOptions): Promise<GuestRun> {
  const kernel = readFileSync(join(options.cache, 'version'), 'utf8').trim();
  const job = mkdtempSync(join(tmpdir(), 'halld-kernel-'));
  const accelerator = hardwareKvm() ? 'kvm' : 'tcg';
  try {
    writeFileSync(join(job, 'command.sh'), `${options.command}\n`);
    writeFileSync(join(job, 'project'), options.project);
    writeFileSync(join(job, 'compiled'), options.compiled);
    packFiles(job, options);
    copyFileSync(new URL('./guest/boot.sh', import.meta.url), join(job, 'boot.sh'));
    chmodSync(join(job, 'boot.sh'), 0o755);
    const machine = spawn('qemu-system-x86_64', machineOptions(options, kernel, job, accelerator), {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const ended = new Promise<void>((resolve) => {
      machine.once('exit', () => resolve());
      machine.once('error', () => resolve());
    });
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      machine.kill('SIGKILL');
    }, options.timeoutS * 1000);
    const relay = await attach(machine, job);
    await ended;
    clearTimeout(limit);
    if (relay !== undefined && relay.droppedBytes > 0)
      console.error(`the serial adapter's relay was full and dropped ${relay.droppedBytes} bytes`);
    return {
      exitCode: timedOut ? 124 : Number(readOr(join(job, 'exit-code'), '125')),
      accelerator,
      kernel,
      bootSeconds: Number(readOr(join(job, 'uptime'), 'NaN')),
      console: readOr(join(job, 'console.log'), ''),
    };
  } finally {
    rmSync(job, { recursive: true, force: true });
  }
}

/** A thousand small files read one by one from the host take an emulated machine half a minute, one large file a second. */
function packFiles(job: string, { project, compiled, files }: GuestOptions): void {
  const inProject = files.filter((path) => path.startsWith(`${project}/`)).map((path) => relative(project, path));
  for (const [name, folder, names] of [
    ['project.tar', project, inProject],
    ['compiled.tar', compiled, ['.']],
  ] as const) {
    const packed = spawnSync('tar', ['-cf', join(job, name), '-C', folder, '-T', '-'], { input: names.join('\n') });
    if (packed.status !== 0) throw new Error(`tar of ${folder}: ${packed.error?.message ?? packed.stderr}`);
  }
}

/** Streams the command's output, and lets the guest pull and put back the machine's USB devices through the monitor. */
async function attach(machine: ChildProcess, job: string): Promise<Relay | undefined> {
  const open = (name: SocketName) =>
    connectSocket(join(job, `${name}.sock`), () => machine.exitCode === null && machine.signalCode === null);
  const [monitor, out, err, control, ftdi, far] = await Promise.all(sockets.map(open));
  if (monitor === undefined || control === undefined || ftdi === undefined || far === undefined) return undefined;
  out?.on('data', (chunk) => process.stdout.write(chunk));
  err?.on('data', (chunk) => process.stderr.write(chunk));
  // The monitor answers in order (QEMU's qmp-spec); events come in between.
  const answers: ((line: string) => void)[] = [];
  eachLine(monitor, (line) => {
    if (/^\{"(return|error)"/.test(line)) answers.shift()?.(line);
  });
  const ask = (request: string) => {
    monitor.write(`${request}\n`);
    return new Promise<string>((resolve) => answers.push(resolve));
  };
  await ask('{"execute":"qmp_capabilities"}');
  eachLine(control, (request) => {
    void ask(request).then((answer) => control.write(`${answer}\n`));
  });
  return joinSockets(ftdi, far);
}

function machineOptions(
  options: GuestOptions,
  kernel: string,
  job: string,
  accelerator: GuestRun['accelerator'],
): string[] {
  const { cache, project } = options;
  const socketAt = (name: SocketName) => `path=${join(job, `${name}.sock`)}`;
  const port = (name: SocketName, nameInGuest: string = name) => [
    ['-chardev', `socket,id=${name},${socketAt(name)},server=on,wait=off`],
    ['-device', `virtserialport,chardev=${name},name=${nameInGuest}`],
  ];
  const share = (id: string, folder: string, mode: string) => [
    ['-fsdev', `local,id=${id},path=${folder},security_model=none,multidevs=remap${mode}`],
    ['-device', `virtio-9p-pci,fsdev=${id},mount_tag=${id}`],
  ];
  return [
    ['-M', 'q35', '-m', '2048', '-smp', '2', '-nodefaults', '-no-reboot', '-display', 'none'],
    ['-accel', accelerator === 'kvm' ? 'kvm' : 'tcg,thread=multi,tb-size=512'],
    ['-cpu', accelerator === 'kvm' ? 'host' : 'Nehalem'],
    ['-kernel', join(cache, `kernel/boot/vmlinuz-${kernel}`), '-initrd', join(cache, 'initrd.gz')],
    [
      '-append',
      'console=ttyS0 quiet oops=panic panic=-1 mitigations=off nokaslr audit=0 apparmor=0 random.trust_cpu=on',
    ],
    ['-chardev', `file,id=con,path=${join(job, 'console.log')}`, '-serial', 'chardev:con'],
    ['-qmp', `unix:${join(job, 'qmp.sock')},server=on,wait=off`],
    ['-device', 'virtio-serial-pci,max_ports=8', '-device', 'virtio-rng-pci'],
    ...port('out'),
    ...port('err'),
    ...port('ctl'),
    ...share('rootro', '/', ',readonly=on'),
    ...share('mods', join(cache, 'kernel/lib/modules'), ',readonly=on'),
    ...share('job', job, ''),
    ...share('project', project, ',readonly=on'),
    ['-device', 'VGA'],
    ['-device', 'qemu-xhci,id=xhci', '-device', 'usb-kbd,bus=xhci.0,port=1,id=kbd0'],
    // An FTDI serial adapter whose far end is, by way of the relay, the guest's own /dev/virtio-ports/ftdi.far: program and
    // device side by side.
    ['-chardev', `socket,id=ftdi,${socketAt('ftdi')},server=on,wait=off`],
    ...port('ftdi-far', 'ftdi.far'),
    ['-device', 'usb-serial,bus=xhci.0,port=2,chardev=ftdi,id=ftdi0'],
  ].flat(1) as string[];
}

/** Only where the processor's own kind is behind it: the software kind emulates a stock kernel step by step and is slower than TCG. */
function hardwareKvm(): boolean {
  return existsSync('/dev/kvm') && ['kvm_intel', 'kvm_amd'].some((name) => existsSync(`/sys/module/${name}`));
}

async function connectSocket(path: string, alive: () => boolean): Promise<Socket | undefined> {
  while (alive()) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect(path, () => resolve(attempt));
      attempt.on('error', () => resolve(undefined));
    });
    if (socket !== undefined) return socket;
    await wait(25);
  }
  return undefined;
}

function eachLine(socket: Socket, take: (line: string) => void): void {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      take(text.slice(0, end).trim());
      text = text.slice(end + 1);
    }
  });
}

function readOr(file: string, otherwise: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : otherwise;
}
