/** The papers that came out, newest first, until a visitor tears them off or twenty newer ones have come. */
import { DeviceError } from '../../errors.ts';
import type { Paper } from './paper-page.ts';

const keptPapers = 20;

export class PaperTray {
  #papers: Paper[] = [];

  take(paper: Paper): void {
    this.#papers.unshift(paper);
    this.#papers.length = Math.min(this.#papers.length, keptPapers);
  }

  /** With the paper that is being printed, if anything is on it. */
  withCurrent(paper: Paper): readonly Paper[] {
    return paper.heightDots > 0 ? [paper, ...this.#papers] : this.#papers;
  }

  /** The newest that still hangs there, or the one named. */
  tear(paperId?: string): Paper {
    const paper = this.#papers.find(({ id, torn }) => (paperId === undefined ? !torn : id === paperId));
    if (paper === undefined) throw new DeviceError('illegal', 'there is no such paper to tear off');
    paper.torn = true;
    return paper;
  }
}
