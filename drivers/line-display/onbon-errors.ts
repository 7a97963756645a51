/** What an Onbon card says when it refuses. Source: Onbon "BX-5K/6K通讯协议用户版本" V1.4, error table (11h-13h: 5th/6th card manuals). */
const table: Readonly<Record<number, readonly [code: string, remedy: string]>> = {
  1: ['board-command-group', 'The card does not know this command: check that the profile names its model'],
  2: ['board-command', 'The card does not know this command: check that the profile names its model'],
  4: ['board-memory', 'The card has no room: use fewer or shorter lines, or clear its programs with the maker tool'],
  7: ['board-flash', 'The card reports a flash fault: replace the card'],
  12: ['board-font-missing', 'The font is not on the card: load the 16/24/32 px fonts with the maker tool'],
  17: ['board-type', 'The card is of another type than configured: choose the profile of its model'],
  18: ['board-size', 'The screen size on the card differs from the configured one: set width and height'],
  19: ['board-id', 'The card has another id: run "halld bus-scan" and set the address'],
};

export function boardErrors(error: number): { readonly code: string; readonly remedy: string } {
  const [code, remedy] = table[error] ?? [
    `board-error-${error}`,
    `The card refuses with error ${error}: see the maker's error table`,
  ];
  return { code, remedy };
}
