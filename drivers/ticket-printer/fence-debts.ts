/**
 * Fences of earlier jobs that were never answered. A lone byte carries no number and comes in the order of the questions, so
 * a printer that goes on with a job given up before answers that one first: it proves nothing of the job after it.
 */
export class FenceDebts {
  #owed = 0;

  /** A job ended with its fence handed over and unanswered. */
  owe(): void {
    this.#owed += 1;
  }

  /** A lone byte came: `true` = it answers an earlier job. */
  pay(): boolean {
    if (this.#owed === 0) return false;
    this.#owed -= 1;
    return true;
  }

  /** What was asked before is answered, or never will be. */
  forget(): void {
    this.#owed = 0;
  }
}
