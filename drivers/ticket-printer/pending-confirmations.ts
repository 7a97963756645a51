/**
 * Counts fences (GS r) of earlier jobs that are still unanswered. The answer is one byte without a number and answers come in
 * the order of the questions, so the next answers belong to these earlier jobs and prove nothing about the present one.
 */
export class PendingConfirmations {
  #count = 0;

  /** A job ended with its fence sent and unanswered. */
  add(): void {
    this.#count += 1;
  }

  /** A single byte came: `true` = it answers an earlier job. */
  consume(): boolean {
    if (this.#count === 0) return false;
    this.#count -= 1;
    return true;
  }

  /** Earlier fences are answered, or never will be. */
  clear(): void {
    this.#count = 0;
  }
}
