/**
 * What a board protocol is: pure functions both ways. `encode` makes what is sent for an order, `decode` what a board of
 * that make understands, so that the simulated board takes every entry of the registry as it is.
 */
import type { z } from 'zod';
import type { AnswerParse } from '../line/line.ts';
import type { BoardColour, CivilTime } from './line-display.ts';

export interface BoardModel {
  readonly kind: 'pixels' | 'characters' | 'digits';
  /** Pixels; for characters and digits the size a simulated one is drawn in. */
  readonly width: number;
  readonly height: number;
  readonly lines: number;
  /** Latin columns a line; a Chinese character takes two. */
  readonly columns: number;
  readonly alphabet: 'gb2312' | 'ascii' | 'digits';
  readonly colours: readonly BoardColour[];
  readonly acknowledges: boolean;
  readonly selfClears: boolean;
  /** Turns the pages of a long text itself; else the driver sends one page after the other. */
  readonly turnsPages: boolean;
  /** Which of its lines can move a long text through. */
  readonly scrolls: 'none' | 'first' | 'all';
  /** Content stays through a power cut: the maker's own memory keeps it. */
  readonly keepsContent?: boolean;
  /** Setting the brightness writes the lines again (and blanks those that are not known). */
  readonly dimmingRewrites?: boolean;
}

/** One line of the board, cut to its width: more than one page is shown in turn. */
export interface FittedLine {
  readonly pages: readonly string[];
  readonly colour: BoardColour;
  readonly align: 'left' | 'centre' | 'right';
  readonly blink: boolean;
  /** The one page is wider than the board and moves through. */
  readonly scroll?: boolean;
}

export type BoardOrder =
  /** `fresh`: what the board shows is unknown, whatever stands there goes. */
  | {
      readonly kind: 'paint';
      readonly lines: readonly FittedLine[];
      readonly fresh: boolean;
      /** What it is known to show, where only the difference need be sent. */
      readonly painted?: readonly FittedLine[];
    }
  /** `painted`: some displays forget their lines over it. */
  | { readonly kind: 'brightness'; readonly percent: number; readonly painted: readonly FittedLine[] }
  /** Sets the board's own clock; no frames: it has none. */
  | { readonly kind: 'clock'; readonly time: CivilTime }
  /** Is it there? `thorough`: and does it still show `painted`? No frames: this protocol cannot ask. */
  | {
      readonly kind: 'check';
      readonly painted: readonly FittedLine[];
      readonly thorough: boolean;
      /** The brightness it has, for boards that can only be written to. */
      readonly percent: number;
    };

export type BoardAnswer =
  | { readonly kind: 'done' }
  /** The answer to a check; not `intact`: the board lost its content (power cut). */
  | { readonly kind: 'state'; readonly intact: boolean }
  /** The answer to the commissioning command's question. */
  | { readonly kind: 'address'; readonly address: number }
  | { readonly kind: 'busy' }
  /** It will not, ever: configuration, or a broken board. */
  | { readonly kind: 'refused'; readonly code: string; readonly remedy: string };

export interface BoardFrame {
  readonly bytes: Uint8Array;
  readonly gapAfterMs: number;
  /** For every board of this protocol on the line: the name of the content, so that one broadcast serves all. */
  readonly broadcast?: string;
  /** The line is silent so long after so many bytes, in the middle of the frame. */
  readonly pause?: { readonly afterBytes: number; readonly ms: number };
  readonly answer?: {
    readonly timeoutMs: number;
    readonly maxBytes: number;
    readonly mayRepeatRequest?: boolean;
    readonly adapterEcho?: boolean;
    parse(received: Uint8Array): AnswerParse<BoardAnswer>;
  };
}

/** A rectangle of text that the board draws with its own fonts. */
export interface TextArea {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fontPx: 16 | 24 | 32;
  readonly colour: BoardColour;
  readonly align: 'left' | 'centre' | 'right';
  /** Rows, each no wider than the area; as many as fit at once, then the next page. */
  readonly rows: readonly string[];
  /** The one row is wider and moves through. */
  readonly scroll?: boolean;
  readonly pageMs: number;
  /** The board deletes the area so long after it was written; 0 never. */
  readonly clearAfterMs: number;
}

/** What a frame does to a board. */
export type BoardEffect =
  | { readonly kind: 'area'; readonly area: TextArea }
  | {
      readonly kind: 'bitmap';
      readonly id: number;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** Shown in turn; one byte a pixel, values of `glyphs/bitmap.ts`. */
      readonly pages: readonly Uint8Array[];
      /** The pages are one long strip that moves through. */
      readonly scroll?: boolean;
      readonly pageMs: number;
      readonly clearAfterMs: number;
    }
  | { readonly kind: 'delete'; readonly areas: 'all' | readonly number[] }
  /** Characters from a column of a row on (both from 0), on a character display. */
  | { readonly kind: 'put'; readonly row: number; readonly column: number; readonly text: string }
  /** A row of a character display that moves through for ever. */
  | { readonly kind: 'scroll'; readonly row: number; readonly text: string }
  | { readonly kind: 'clock'; readonly time: CivilTime }
  /** It answers to this from now on, for ever. */
  | { readonly kind: 'address'; readonly address: number }
  | { readonly kind: 'clear' }
  | { readonly kind: 'blink'; readonly on: boolean }
  | { readonly kind: 'brightness'; readonly percent: number }
  | { readonly kind: 'power'; readonly on: boolean };

/** What a board knows of itself when it answers. */
export interface BoardSelf {
  readonly on: boolean;
  readonly brightness: number;
  readonly areas: readonly number[];
  /** Characters by row, on character and digit displays. */
  readonly rows: readonly string[];
  readonly wallMs: number;
}

export type Decoded =
  | { readonly kind: 'more' }
  | { readonly kind: 'skip'; readonly bytes: number; readonly garbled?: boolean }
  | {
      readonly kind: 'frame';
      readonly bytes: number;
      readonly effects: readonly BoardEffect[];
      /** Made after the effects; none for broadcasts and one-way protocols. */
      answer?(self: BoardSelf): Uint8Array;
      /** The answer of a refusal, where the protocol has one. */
      readonly refusal?: Uint8Array;
    };

/** A protocol with its address and options: as one board uses it. */
export interface BoardLanguage {
  readonly model: BoardModel;
  /** Silence between two contents that the maker asks for. */
  readonly minUpdateMs: number;
  /** How often `check` is asked: a missing answer is to be known within 5 s. 0: cannot be asked. */
  readonly checkMs: number;
  /** How often a check is a thorough one. */
  readonly thoroughMs: number;
  /** One-way or self-clearing boards are painted again so often; 0 never. */
  readonly repaintMs: number;
  encode(order: BoardOrder): readonly BoardFrame[];
  decode(received: Uint8Array): Decoded;
}

/** What makes a board part of a hall, once: sent by the commissioning command alone, with one board on the line. */
export interface BoardCommissioning {
  /** Asks the one board on the line for its address; not every protocol can. */
  readonly readAddress?: BoardFrame;
  /** Gives the one board on the line its address. */
  setAddress(address: number): readonly BoardFrame[];
  /** Further settings that the configured use needs, in words and frames. */
  readonly further?: readonly { readonly what: string; readonly frames: readonly BoardFrame[] }[];
}

export interface BoardProtocol {
  readonly name: string;
  readonly options: z.ZodType;
  /** No order of `bind` makes such a frame: in the call path nothing can wear a memory or change an address. */
  commissioning?(options: unknown): BoardCommissioning | undefined;
  /** `options` unchecked: parsed here; throws zod's error. */
  bind(address: number | undefined, options: unknown): BoardLanguage;
}
