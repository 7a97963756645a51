/** The few words that a ticket says by itself, in its language; all else is the hall's own template. */
export interface TicketWords {
  /** Whole minutes, `low` < `high`. */
  waitRange(low: number, high: number): string;
  waitAbout(minutes: number): string;
  waitUnder(minutes: number): string;
  /** On a number that a kiosk gave without the hub. */
  readonly offline: string;
  readonly reprint: string;
}
