/** The hub's refusals in the few plain letters of a pad; `stale` first of all (failure rule F13). */
const texts: Readonly<Record<string, string>> = {
  stale: 'STALE: AGAIN',
  'nobody-waiting': 'NOBODY WAITS',
  'window-busy': 'WINDOW BUSY',
  'window-closed': 'WINDOW CLOSED',
  'window-paused': 'WINDOW PAUSED',
  closed: 'CLOSED',
  'no-call': 'NO NUMBER',
  'recall-limit': 'NO MORE CALLS',
  'too-soon': 'TOO SOON',
  'wrong-pin': 'WRONG PIN',
};

export function refusalText(code: string): string {
  return texts[code] ?? code.replaceAll('-', ' ').toUpperCase();
}
