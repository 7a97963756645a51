/** How text looks from here on: the commands of Epson's reference that set sizes, faces, margins, tabs and pitch. */
import type { Command } from '../../ticket-printer/command-framing.ts';

export interface TextStyle {
  align: number;
  /** Latin; ESC ! changes these alone. */
  sx: number;
  sy: number;
  /** Chinese; FS ! and FS W change these alone, GS ! both. */
  chineseX: number;
  chineseY: number;
  /** FS S: dots to the left and right of a Chinese character. */
  chineseSpace: readonly [number, number];
  bold: boolean;
  underline: boolean;
  inverse: boolean;
  font: number;
  pitch: number;
  left: number;
  width: number;
  spacing: number;
  tabs: readonly number[];
  encoding: string;
  /** ESC R 15 (China): 24h prints as ¥. */
  yuan: boolean;
  /** GS P: vertical motion units an inch; 0 = the model's own. */
  unitsAnInch: number;
}

const defaultPitch = 30;
const minWidth = 24;
const maxTabs = 32;
/** ESC R. */
const china = 15;

/** ESC t: the pages that the decoder here knows. */
const codePages = new Map([
  [16, 'windows-1252'],
  [17, 'ibm866'],
  [45, 'windows-1250'],
  [46, 'windows-1251'],
]);

export function freshStyle(width: number): TextStyle {
  return {
    align: 0,
    sx: 1,
    sy: 1,
    chineseX: 1,
    chineseY: 1,
    chineseSpace: [0, 0],
    bold: false,
    underline: false,
    inverse: false,
    font: 0,
    pitch: defaultPitch,
    left: 0,
    width,
    spacing: 0,
    tabs: [8, 16, 24, 32, 40],
    encoding: 'windows-1252',
    yuan: false,
    unitsAnInch: 0,
  };
}

/** `false` when the command is not about style. */
export function applyStyle(
  style: TextStyle,
  { name, bytes }: Command,
  units: (n: number) => number,
  paperDots: number,
): boolean {
  const n = bytes[2] ?? 0;
  const word = n | ((bytes[3] ?? 0) << 8);
  switch (name) {
    case 'ESC 3':
      style.pitch = units(n);
      break;
    case 'ESC 2':
      style.pitch = defaultPitch;
      break;
    case 'ESC D':
      style.tabs = bytes.slice(2, -1).slice(0, maxTabs);
      break;
    case 'ESC E':
    case 'ESC G':
      style.bold = (n & 1) === 1;
      break;
    case 'ESC -':
    case 'FS -':
      style.underline = (n & 3) !== 0;
      break;
    case 'ESC M':
      style.font = n & 1;
      break;
    case 'ESC  ':
      style.spacing = n;
      break;
    case 'ESC !':
      style.font = n & 1;
      style.bold = (n & 8) !== 0;
      style.sy = (n & 16) !== 0 ? 2 : 1;
      style.sx = (n & 32) !== 0 ? 2 : 1;
      style.underline = (n & 128) !== 0;
      break;
    case 'ESC t':
      style.encoding = codePages.get(n) ?? 'windows-1252';
      break;
    case 'FS !':
      style.chineseX = (n & 4) !== 0 ? 2 : 1;
      style.chineseY = (n & 8) !== 0 ? 2 : 1;
      style.underline = (n & 128) !== 0;
      break;
    case 'FS W':
      style.chineseX = n & 1 ? 2 : 1;
      style.chineseY = n & 1 ? 2 : 1;
      break;
    case 'FS S':
      style.chineseSpace = [n, bytes[3] ?? 0];
      break;
    case 'GS !':
      style.sx = style.chineseX = ((n >> 4) & 7) + 1;
      style.sy = style.chineseY = (n & 7) + 1;
      break;
    case 'GS P':
      style.unitsAnInch = bytes[3] ?? 0;
      break;
    case 'ESC R':
      style.yuan = n === china;
      break;
    case 'GS B':
      style.inverse = (n & 1) === 1;
      break;
    case 'GS L':
      style.left = word;
      break;
    case 'GS W':
      style.width = Math.max(minWidth, Math.min(paperDots, word));
      break;
    default:
      return false;
  }
  return true;
}
