/** Epson's page mode: what is sent is laid out on a page first, and comes out whole at FF or not at all. Print direction 0 only. */
import type { Command } from '../../ticket-printer/command-framing.ts';
import { newPaper, type Paper } from './paper-page.ts';

export class PageMode {
  /** Lines and pictures go here, from the top of the area down. */
  sheet: Paper;
  #dots: number;
  #left = 0;
  #top = 0;
  #height: number | undefined;

  constructor(dots: number) {
    this.#dots = dots;
    this.sheet = newPaper('page', dots);
  }

  /** CAN. */
  discard(): void {
    this.sheet = newPaper('page', this.#dots);
  }

  /** ESC W, the area; GS $ and GS \\, absolute and relative height in it. `false`: none of these. */
  place({ name, bytes }: Command, dots: (units: number) => number): boolean {
    const word = (at: number) => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    if (name === 'ESC W') {
      this.#left = word(2);
      this.#top = dots(word(4));
      this.#height = dots(word(8));
      this.sheet.heightDots = 0;
    } else if (name === 'GS $') this.sheet.heightDots = dots(word(2));
    else if (name === 'GS \\') {
      this.sheet.heightDots = Math.max(0, this.sheet.heightDots + dots((word(2) << 16) >> 16));
    } else return false;
    return true;
  }

  printOn(paper: Paper): void {
    const { items, lines, qr, heightDots } = this.sheet;
    for (const item of items) {
      paper.items.push({ ...item, x: item.x + this.#left, y: item.y + this.#top + paper.heightDots });
    }
    paper.lines.push(...lines);
    paper.qr.push(...qr);
    paper.heightDots += this.#top + (this.#height ?? heightDots);
  }
}
