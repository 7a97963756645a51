/** How text looks from here on: the commands of Epson's reference that set sizes, faces, margins, tabs and pitch. */
import type { Command } from './command-framing.ts';

export interface TextStyle {
  align: number;
  sx: number;
  sy: number;
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
  pageMode: boolean;
}

const defaultPitch = 30;
const minWidth = 24;
const maxTabs = 32;

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
    pageMode: false,
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
      style.sx = (n & 4) !== 0 ? 2 : 1;
      style.sy = (n & 8) !== 0 ? 2 : 1;
      break;
    case 'FS W':
      style.sx = n & 1 ? 2 : 1;
      style.sy = n & 1 ? 2 : 1;
      break;
    case 'GS !':
      style.sx = ((n >> 4) & 7) + 1;
      style.sy = (n & 7) + 1;
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
