/**
 * A simulated board of any protocol in the registry: hears the line through the protocol's own `decode`, draws, answers.
 * `look().lit` is base64 of one byte a pixel, row by row: 0 off, 1 red, 2 green, 3 amber, 4 white.
 */
import type { Clock, Timer } from '../../clock.ts';
import type { DriverSettings } from '../../driver.ts';
import { DeviceError } from '../../errors.ts';
import type { CivilTime } from '../../line-display/line-display.ts';
import type { BoardLanguage, Decoded } from '../../line-display/protocol.ts';
import { boardLanguage } from '../../line-display/registry.ts';
import type { Random } from '../../random.ts';
import type { CableAction, FarEnd, SimulatedMachine } from '../machine.ts';
import { BoardScreen } from './board-screen.ts';

/**
 * `mute` hears and draws, says nothing; `garble` answers with broken bytes; `nack` refuses and draws nothing; `slow`
 * answers late; `drop` misses every second frame.
 */
export const boardFaults = ['mute', 'garble', 'nack', 'slow', 'drop'] as const;
export type BoardFault = (typeof boardFaults)[number];

export type BoardAction =
  | CableAction
  | { readonly type: 'fault'; readonly fault: BoardFault; readonly on: boolean }
  | { readonly type: 'power'; readonly on: boolean };

export interface BoardLook {
  readonly width: number;
  readonly height: number;
  readonly lit: string;
  /** What can be read now, top to bottom; empty for pictures. */
  readonly texts: readonly string[];
  /** All pages of the text areas, in turn. */
  readonly pages: readonly (readonly string[])[];
  readonly digits?: string;
  readonly brightness: number;
  /** Its own clock, as it was set last. */
  readonly clock?: CivilTime;
  readonly powered: boolean;
  readonly plugged: boolean;
  readonly faults: readonly BoardFault[];
  readonly counters: Readonly<Record<'frames' | 'broken' | 'answers', number>>;
}

export interface SimulatedBoardWorld {
  readonly end: FarEnd;
  readonly clock: Clock;
  readonly random: Random;
  readonly name: string;
  /** From the last byte decoded to the first byte said; default 5. */
  readonly answerAfterMs?: number;
}

const defaultAnswerAfterMs = 5;
/** Longer than the usual answer, shorter than the usual time-out. */
const slowAnswerMs = 800;
/** A card's receive buffer: several pages of a picture in full colour. */
const maxReceived = 65_536;
/** A frame whose bytes stop coming is given up: the next frame starts anew. */
const interByteMs = 1000;
/** Ten bits at 9600. */
const slowByteMs = 1.05;

export function createSimulatedBoard(
  settings: DriverSettings,
  world: SimulatedBoardWorld,
): SimulatedMachine<BoardLook, BoardAction> {
  const board = new SimulatedBoard(settings, world);
  world.end.onReceive((bytes) => board.receive(bytes));
  return board;
}

function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (before.length === 0) return bytes;
  const both = new Uint8Array(before.length + bytes.length);
  both.set(before);
  both.set(bytes, before.length);
  return both;
}

class SimulatedBoard implements SimulatedMachine<BoardLook, BoardAction> {
  readonly kind = 'line-display' as const;
  #settings: DriverSettings;
  #language: BoardLanguage;
  #world: SimulatedBoardWorld;
  #screen: BoardScreen;
  #received: Uint8Array = new Uint8Array(0);
  #lastByteMs = 0;
  #powered = true;
  /** Counts power cuts: an answer that was due before one is not sent. */
  #life = 0;
  #faults = new Set<BoardFault>();
  #listeners = new Set<() => void>();
  #counters = { frames: 0, broken: 0, answers: 0 };
  #flip: Timer | undefined;

  constructor(settings: DriverSettings, world: SimulatedBoardWorld) {
    this.#settings = settings;
    this.#language = boardLanguage(settings);
    this.#world = world;
    this.#screen = new BoardScreen(this.#language.model);
  }

  receive(bytes: Uint8Array): void {
    if (!this.#powered) return;
    const nowMs = this.#world.clock.monotonicMs();
    // A piece arrives with its last byte: its first came so much earlier.
    if (nowMs - this.#lastByteMs - bytes.length * slowByteMs > interByteMs) this.#received = new Uint8Array(0);
    this.#lastByteMs = nowMs;
    this.#received = joined(this.#received, bytes).subarray(-maxReceived);
    while (this.#received.length > 0) {
      const decoded = this.#language.decode(this.#received);
      if (decoded.kind === 'more') return;
      this.#received = this.#received.subarray(Math.max(1, decoded.bytes));
      if (decoded.kind === 'skip') {
        if (decoded.garbled === true) this.#counters.broken += 1;
        continue;
      }
      this.#counters.frames += 1;
      if (this.#faults.has('drop') && this.#counters.frames % 2 === 1) continue;
      this.#obey(decoded);
    }
  }

  look(): BoardLook {
    const { clock } = this.#world;
    const nowMs = clock.monotonicMs();
    const bitmap = this.#powered ? this.#screen.draw(nowMs) : undefined;
    const { width, height } = this.#language.model;
    const digits = this.#powered ? this.#screen.digits : undefined;
    return {
      width,
      height,
      lit: Buffer.from(bitmap?.pixels ?? new Uint8Array(width * height)).toString('base64'),
      texts: this.#powered ? this.#screen.texts(nowMs) : [],
      pages: this.#powered ? this.#screen.pages() : [],
      ...(digits === undefined ? {} : { digits }),
      brightness: this.#screen.self(nowMs, clock.wallMs()).brightness,
      ...(this.#screen.clock === undefined ? {} : { clock: this.#screen.clock }),
      powered: this.#powered,
      plugged: this.#world.end.plugged,
      faults: [...this.#faults],
      counters: { ...this.#counters },
    };
  }

  act(action: BoardAction): void {
    switch (action.type) {
      case 'unplug':
        this.#world.end.unplug();
        break;
      case 'plug':
        this.#world.end.plug();
        break;
      case 'power':
        this.#power(action.on);
        break;
      case 'fault':
        if (!boardFaults.includes(action.fault))
          throw new DeviceError(
            'illegal',
            `A board has no fault "${action.fault}"; there are ${boardFaults.join(', ')}`,
          );
        if (action.on) this.#faults.add(action.fault);
        else this.#faults.delete(action.fault);
        break;
      default:
        throw new DeviceError('illegal', `A board cannot "${(action as { type: string }).type}"`);
    }
    this.#changed();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#armFlip();
    return () => this.#listeners.delete(listener);
  }

  #power(on: boolean): void {
    if (on === this.#powered) return;
    this.#powered = on;
    this.#life += 1;
    this.#received = new Uint8Array(0);
    this.#screen.forget();
  }

  #obey(decoded: Extract<Decoded, { kind: 'frame' }>): void {
    const { clock } = this.#world;
    const nowMs = clock.monotonicMs();
    const refuses = this.#faults.has('nack') && decoded.refusal !== undefined;
    if (!refuses) for (const effect of decoded.effects) this.#screen.apply(effect, nowMs);
    const answer = refuses ? decoded.refusal : decoded.answer?.(this.#screen.self(nowMs, clock.wallMs()));
    const moved = refuses ? undefined : decoded.effects.find((effect) => effect.kind === 'address');
    if (moved !== undefined) this.#language = boardLanguage({ ...this.#settings, address: moved.address });
    if (!refuses && decoded.effects.length > 0) this.#changed();
    if (answer === undefined || this.#faults.has('mute')) return;
    const sent = this.#faults.has('garble') ? this.#garbled(answer) : answer;
    const life = this.#life;
    const slowMs = this.#faults.has('slow') ? slowAnswerMs : 0;
    clock.after((this.#world.answerAfterMs ?? defaultAnswerAfterMs) + slowMs, () => {
      if (this.#life !== life) return;
      this.#counters.answers += 1;
      this.#world.end.send(sent);
    });
  }

  #garbled(answer: Uint8Array): Uint8Array {
    return answer.map((byte, index) => (index % 3 === 2 ? byte ^ (1 + Math.floor(this.#world.random() * 255)) : byte));
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
    this.#armFlip();
  }

  /** Pages turn and blinking blinks only while somebody watches. */
  #armFlip(): void {
    this.#flip?.cancel();
    this.#flip = undefined;
    if (this.#listeners.size === 0 || !this.#powered) return;
    const nowMs = this.#world.clock.monotonicMs();
    const nextMs = this.#screen.nextChangeMs(nowMs);
    if (nextMs !== undefined) this.#flip = this.#world.clock.after(nextMs - nowMs, () => this.#changed());
  }
}
