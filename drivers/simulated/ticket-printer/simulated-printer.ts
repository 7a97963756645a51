/**
 * A ticket printer at the far end of a port: receive buffer with silent overflow, real-time commands, offline behaviour,
 * status back, process ids, presenter, paper that moves in time, and every fault on request.
 */
import type { Timer } from '../../clock.ts';
import type { DriverSettings } from '../../driver.ts';
import { DeviceError } from '../../errors.ts';
import { type Command, CommandFraming, hardwareReset } from '../../ticket-printer/command-framing.ts';
import { genericEpson, type PrinterProfile, zPrinterProfile } from '../../ticket-printer/profile.ts';
import { bufferedReply } from './buffered-replies.ts';
import { CommandQueue } from './command-queue.ts';
import { FaultBook } from './fault-book.ts';
import { LogoFlash, type LogoPictures } from './logo-flash.ts';
import { OutputSlot } from './output-slot.ts';
import type { Paper } from './paper-page.ts';
import { PaperTray } from './paper-tray.ts';
import {
  type PrinterAction,
  type PrinterFaultName,
  type PrinterLook,
  type PrinterWorld,
  paperLook,
  type SimulatedPrinter,
  type SimulatedPrinterOptions,
} from './printer-look.ts';
import { type RealTime, RealTimeScanner } from './real-time.ts';
import { StatusBack } from './status-back.ts';
import {
  flowByte,
  garbled,
  type PrinterCondition,
  realTimeStatus,
  statusFrame,
  statusOfCustom,
} from './status-bytes.ts';
import { Typesetter } from './typesetter.ts';

const defaultRollMm = 80_000;
/** ESC c 5. */
const feedButtonLock = 0x35;

export function createSimulatedPrinter(
  settings: DriverSettings,
  world: PrinterWorld,
  options: SimulatedPrinterOptions = {},
): SimulatedPrinter {
  const profile = settings.profile === undefined ? genericEpson : zPrinterProfile.parse(settings.profile);
  return new Machine(profile, world, options);
}

class Machine implements SimulatedPrinter {
  readonly kind = 'ticket-printer';
  #profile: PrinterProfile;
  #world: PrinterWorld;
  #options: SimulatedPrinterOptions;
  #framing: CommandFraming;
  #scanner = new RealTimeScanner();
  #setter: Typesetter;
  #tray = new PaperTray();
  #flash: LogoFlash;
  #queue: CommandQueue;
  #dropped = 0;
  #received = 0;
  #busy: Timer | undefined;
  #busyWith: (() => void) | undefined;
  #faults: FaultBook;
  #power = true;
  #open = false;
  #statusBack = new StatusBack();
  #feedLocked = false;
  #heldId: Uint8Array | undefined;
  #powerCutIn: number | undefined;
  #rollDots = defaultRollMm * 8;
  #output: OutputSlot;
  #cutOff: Paper | undefined;
  #stalled = false;
  /** Sent, but not taken in yet. */
  #wire: number[] = [];
  #taking = false;
  #listeners = new Set<() => void>();
  #told = false;

  constructor(profile: PrinterProfile, world: PrinterWorld, options: SimulatedPrinterOptions) {
    this.#profile = profile;
    this.#world = world;
    this.#options = options;
    this.#faults = new FaultBook(profile);
    const { qr, confirm, logo_memory } = profile;
    const brackets = qr.dialect === 'gs-k' || confirm === 'process-id' || logo_memory === 'gs-l';
    this.#framing = new CommandFraming(brackets);
    this.#queue = new CommandQueue(this.#framing);
    this.#flash = new LogoFlash(options.logos);
    this.#output = new OutputSlot(world.clock, profile.presenter.retract_ms, () => {
      this.#report();
      this.#changed();
    });
    this.#setter = new Typesetter(profile, (paper) => this.#finished(paper), this.#flash);
    world.end.onReceive((bytes) => this.#receive(bytes));
    world.end.onOpened((open) => this.#opened(open));
  }

  get counters(): Readonly<Record<string, number>> {
    const own = { received: this.#received, dropped: this.#dropped, storedWrites: this.#flash.writes };
    return { ...own, ...this.#framing.counters, ...this.#setter.counters };
  }

  logos(): LogoPictures {
    return this.#flash.pictures;
  }

  look(): PrinterLook {
    const { dots_per_mm } = this.#profile.paper;
    return {
      papers: this.#tray.withCurrent(this.#setter.paper).map((paper) => paperLook(paper, dots_per_mm)),
      faults: this.#faults.names,
      online: this.#online(),
      power: this.#power,
      plugged: this.#world.end.plugged,
      bufferBytes: this.#queue.held,
      droppedBytes: this.#dropped,
      rollMm: Math.round(this.#rollDots / dots_per_mm),
      ticketAtOutput: this.#output.paper !== undefined,
    };
  }

  paper(paperId: string): Paper | undefined {
    return this.#tray.withCurrent(this.#setter.paper).find(({ id }) => id === paperId);
  }

  async picture(paperId: string): Promise<Uint8Array | undefined> {
    const paper = this.paper(paperId);
    if (paper === undefined) return undefined;
    const { drawPaper } = await import('./paper-picture.ts');
    return drawPaper(paper);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  act(action: PrinterAction): void {
    switch (action.type) {
      case 'fault':
        this.#fault(action.fault, action.on);
        break;
      case 'tear':
        if (this.#tray.tear(action.paper) === this.#output.paper) this.#output.leave();
        break;
      case 'unplug':
        this.#world.end.unplug();
        break;
      case 'plug':
        this.#world.end.plug();
        break;
      case 'power':
        if (action.on) this.#powerOn();
        else this.#powerOff();
        break;
      case 'power-cut-after':
        this.#powerCutIn = action.bytes;
        if (action.bytes <= 0) this.#powerOff();
        break;
      case 'roll':
        this.#rollDots = Math.max(0, action.mm) * this.#profile.paper.dots_per_mm;
        break;
      case 'feed':
        if (this.#online() && !this.#feedLocked) this.#setter.obey({ name: 'LF', bytes: [0x0a] });
        break;
      default:
        throw new DeviceError('illegal', `a printer cannot ${JSON.stringify(action)}`);
    }
    this.#changed();
  }

  #fault(fault: PrinterFaultName, on: boolean): void {
    this.#faults.set(fault, on);
    if (fault === 'paper-out' && !on) this.#rollDots = defaultRollMm * this.#profile.paper.dots_per_mm;
    this.#work();
  }

  #condition(): PrinterCondition {
    return this.#faults.condition(this.#power, this.#output.paper !== undefined);
  }

  #online(): boolean {
    return this.#power && !this.#faults.stopped;
  }

  #opened(open: boolean): void {
    this.#open = open;
    if (!open || this.#heldId === undefined) return;
    // Only the newest process id is kept for a host that could not receive (Epson, GS ( H).
    this.#send(this.#heldId);
    this.#heldId = undefined;
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#power) return;
    for (const byte of bytes) this.#wire.push(byte);
    this.#takeIn();
    this.#work();
    this.#changed();
  }

  /** With flow control what finds no room waits on the wire; without it, it is lost. */
  #takeIn(): void {
    if (this.#taking) return;
    this.#taking = true;
    const flows = this.#options.flowControl !== false;
    let taken = 0;
    for (const byte of this.#wire) {
      const full = this.#queue.held >= this.#profile.buffer_bytes;
      if ((full && flows) || !this.#power) break;
      taken += 1;
      this.#received += 1;
      const command = this.#scanner.push(byte);
      if (full) this.#dropped += 1;
      else this.#frame(byte);
      if (command !== undefined) this.#realTime(command);
      if (this.#powerCutIn !== undefined && --this.#powerCutIn <= 0) this.#powerOff();
      // An idle interpreter takes a command as soon as it is whole.
      if (!this.#queue.empty && this.#busy === undefined) this.#execute();
    }
    this.#wire = this.#power ? this.#wire.slice(taken) : [];
    this.#taking = false;
    const stalled = this.#wire.length > 0;
    if (stalled === this.#stalled) return;
    this.#stalled = stalled;
    if (this.#options.flowControl === 'xonxoff') this.#send(flowByte(stalled));
    this.#world.end.stall(stalled);
  }

  #frame(byte: number): void {
    const command = this.#framing.push(byte);
    if (command === undefined || command.name.startsWith('DLE')) return;
    if (command.name === hardwareReset) {
      this.#wipe();
      this.#setter.reset();
      return;
    }
    if (command.name === 'GS r' && this.#options.earlyFence) {
      this.#send(Uint8Array.of(0));
      return;
    }
    this.#queue.push(command);
  }

  #realTime(command: RealTime): void {
    const { realtime, full_status } = this.#profile.status;
    if (command.kind === 'status') {
      if (full_status && command.n === 0x14) this.#send(statusOfCustom(this.#condition()));
      else if (realtime && command.n >= 1 && command.n <= 4) {
        this.#send(Uint8Array.of(realTimeStatus(command.n, this.#condition(), this.#profile)));
      }
    } else if (command.kind === 'enquiry') this.#enquiry(command.n);
    else if (command.kind === 'clear' && this.#profile.clear === 'dle-dc4') {
      this.#wipe();
      this.#send(Uint8Array.of(0x37, 0x25, 0x00));
    }
  }

  /** DLE ENQ 1 goes on, 2 wipes first; both only once the cause has gone. */
  #enquiry(n: number): void {
    if ((n !== 1 && n !== 2) || !this.#faults.recover()) return;
    if (n === 2) this.#wipe();
    this.#work();
  }

  #wipe(): void {
    this.#queue.clear();
    this.#setter.clearLine();
  }

  /** Obeys commands one after another, each in the time its paper takes; stops where the printer is offline. */
  #work(): void {
    this.#report();
    this.#execute();
    if (this.#wire.length > 0) this.#takeIn();
  }

  #execute(): void {
    while (this.#busy === undefined && this.#online()) {
      const command = this.#queue.shift();
      if (command === undefined) break;
      this.#obey(command);
    }
  }

  #obey(command: Command): void {
    const isCut = command.name === 'GS V' || command.name === 'ESC i' || command.name === 'ESC m';
    if (isCut && this.#faults.has('cutter-at-cut')) {
      // The blade does not come down: the cut is still to be done once the way is free.
      this.#faults.set('cutter', true);
      this.#queue.putBack(command);
      this.#report();
      return;
    }
    if (this.#answer(command)) return;
    const moved = this.#setter.obey(command);
    if (moved === 0 && !isCut) return;
    this.#rollDots -= moved;
    const { dots_per_mm } = this.#profile.paper;
    const paperMs = (moved / dots_per_mm / this.#profile.speed_mm_s) * 1000;
    this.#hold(paperMs + (isCut ? this.#profile.cut_ms : 0), () => {
      if (isCut && this.#cutOff !== undefined && this.#profile.presenter.kind !== 'none') {
        this.#output.present(this.#cutOff);
      }
      if (this.#rollDots <= 0) this.#faults.set('paper-out', true);
    });
  }

  #hold(forMs: number, then: () => void): void {
    this.#busyWith = then;
    this.#busy = this.#world.clock.after(forMs, () => {
      this.#busy = undefined;
      this.#busyWith = undefined;
      then();
      this.#work();
      this.#changed();
    });
  }

  /** Commands that speak or eject instead of printing. */
  #answer(command: Command): boolean {
    const { name, bytes } = command;
    const { flash, profile } = { flash: this.#flash, profile: this.#profile };
    const { serialNumber = this.#world.name, deafToLogos = false } = this.#options;
    const reply = bufferedReply(command, { profile, condition: this.#condition(), flash, serialNumber, deafToLogos });
    if (reply !== undefined) {
      this.#send(reply);
      return true;
    }
    const n = bytes[2] ?? 0;
    if (name === 'GS a') {
      if (!profile.status.asb || profile.status.full_status) return true;
      this.#statusBack.choose(n);
      this.#report();
    } else if (name === 'GS \u00e0') {
      if (profile.status.full_status) this.#statusBack.chooseCustom(n);
      this.#report();
    } else if (name === 'ESC c' && n === feedButtonLock) {
      this.#feedLocked = ((bytes[3] ?? 0) & 1) === 1;
    } else if (name === 'GS ( H') {
      if (bytes.length < 11 || profile.confirm !== 'process-id') return true;
      const id = Uint8Array.of(0x37, 0x22, ...bytes.slice(7, 11), 0x00);
      if (this.#open) this.#send(id);
      else this.#heldId = id;
    } else return this.#output.obey(name, bytes);
    return true;
  }

  #finished(paper: Paper): void {
    this.#tray.take(paper);
    this.#cutOff = paper;
  }

  #report(): void {
    const condition = this.#condition();
    const custom = statusOfCustom(condition).slice(2);
    for (const bytes of this.#statusBack.due(statusFrame(condition, this.#profile), [...custom])) this.#send(bytes);
  }

  #send(bytes: Uint8Array): void {
    if (!this.#power || this.#faults.has('mute')) return;
    this.#world.end.send(this.#faults.has('garbled') ? garbled(bytes) : bytes);
  }

  #powerOff(): void {
    if (!this.#power) return;
    this.#power = false;
    this.#powerCutIn = undefined;
    this.#busy?.cancel();
    this.#busyWith?.();
    this.#busy = undefined;
    this.#busyWith = undefined;
    this.#queue.clear();
    this.#scanner.reset();
    this.#setter.reset();
    this.#statusBack.reset();
    this.#feedLocked = false;
    this.#heldId = undefined;
    this.#faults.powerCut();
    this.#wire = [];
    if (this.#stalled) {
      this.#stalled = false;
      this.#world.end.stall(false);
    }
    if (this.#options.portDiesWithPower) this.#world.end.unplug();
  }

  #powerOn(): void {
    if (this.#power) return;
    this.#power = true;
    if (this.#options.portDiesWithPower) this.#world.end.plug();
  }

  #changed(): void {
    if (this.#told || this.#listeners.size === 0) return;
    this.#told = true;
    this.#world.clock.atTurnEnd(() => {
      this.#told = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}
