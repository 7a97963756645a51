/** The hub's refusals in the few plain letters of a pad; `stale` first of all (failure rule F13). */
const texts: Readonly<Record<string, string>> = {
  stale: 'STALE: AGAIN',
  'nobody-called': 'NO NUMBER',
  'nobody-waiting': 'NOBODY WAITS',
  'being-served': 'IN SERVICE',
  'call-again-first': 'RECALL FIRST',
  'recall-limit': 'NO MORE CALLS',
  'not-aside': 'NOT ON HOLD',
  'held-elsewhere': 'HELD ELSEWHERE',
  'called-elsewhere': 'CALLED ELSEWHERE',
  'same-window': 'THIS IS IT',
  'too-many-held': 'TOO MANY HELD',
  'unknown-number': 'NO SUCH NUMBER',
  'unknown-ticket': 'NO SUCH NUMBER',
  'unknown-clerk': 'NO SUCH CLERK',
  'clerk-elsewhere': 'CLERK ELSEWHERE',
};

/** Codes without a text of their own are words: `window-busy`, `too-soon`, `login-first`. */
export function refusalText(code: string): string {
  return texts[code] ?? code.replaceAll('-', ' ').toUpperCase();
}
