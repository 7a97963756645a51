/** What is on a piece of paper, independent of printer commands: blocks from top to bottom. A cut follows by itself. */
export type Align = 'left' | 'centre' | 'right';

export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
  readonly align?: Align;
  /** Magnification of width and height alike, 1 to 8; default 1. */
  readonly size?: number;
  readonly bold?: boolean;
}

/** Cells side by side; `widths` in columns of one Latin character, the sum at most the paper's columns. */
export interface RowBlock {
  readonly kind: 'row';
  readonly cells: readonly { readonly text: string; readonly width: number; readonly align?: Align }[];
}

export interface QrBlock {
  readonly kind: 'qr';
  readonly data: string;
  /** Dots a module, 1 to 16; default 6. */
  readonly moduleDots?: number;
  readonly align?: Align;
}

export interface RuleBlock {
  readonly kind: 'rule';
}

/** A picture stored in the printer or sent as a raster; `logo` names it in the printer's profile or the config. */
export interface LogoBlock {
  readonly kind: 'logo';
  readonly logo: string;
  readonly align?: Align;
}

export interface FeedBlock {
  readonly kind: 'feed';
  readonly lines: number;
}

export type PaperBlock = TextBlock | RowBlock | QrBlock | RuleBlock | LogoBlock | FeedBlock;
