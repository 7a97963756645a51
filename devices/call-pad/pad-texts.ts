/** What a call pad says in the few columns of its display: Chinese where the pad can, else plain letters. */
export type PadLanguage = 'zh' | 'en';

const texts = {
  'no-hub': { zh: '主机离线', en: 'NO HUB' },
  'no-hub-by-hand': { zh: '离线,可手动', en: 'NO HUB: BY HAND' },
  'by-hand': { zh: '手动', en: 'HAND' },
  'not-merged': { zh: '未并入', en: 'NOT MERGED' },
  paused: { zh: '暂停', en: 'PAUSED' },
  closed: { zh: '关窗', en: 'CLOSED' },
  waiting: { zh: '等', en: 'W' },
  to: { zh: '转', en: 'TO ' },
  clerk: { zh: '工号', en: 'CLERK ' },
  pin: { zh: '密码', en: 'PIN ' },
  wait: { zh: '请稍候', en: 'WAIT' },
  'time-out': { zh: '超时', en: 'TIME OUT' },
  'too-long': { zh: '号码太长', en: 'TOO LONG' },
  'type-number': { zh: '请输号码', en: 'TYPE A NUMBER' },
  'to-where': { zh: '转到哪里?', en: 'TO WHERE?' },
  'no-target': { zh: '无此去向', en: 'NO TARGET' },
  'no-key': { zh: '无此功能', en: 'NO SUCH KEY' },
  'outbox-full': { zh: '本机已满', en: 'OUTBOX FULL' },
} as const;
export type PadText = keyof typeof texts;

export function padText(text: PadText, language: PadLanguage): string {
  return texts[text][language];
}

/** The hub's refusals; `stale` first of all (failure rule F13). */
const refusals: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  stale: { zh: '已过时,请重按', en: 'STALE: AGAIN' },
  'nobody-called': { zh: '未叫号', en: 'NO NUMBER' },
  'nobody-waiting': { zh: '无人等候', en: 'NOBODY WAITS' },
  'window-busy': { zh: '请先办结', en: 'WINDOW BUSY' },
  'window-closed': { zh: '窗口已关', en: 'WINDOW CLOSED' },
  'window-paused': { zh: '窗口暂停', en: 'WINDOW PAUSED' },
  closed: { zh: '大厅未开放', en: 'CLOSED' },
  'being-served': { zh: '正在办理', en: 'IN SERVICE' },
  'call-again-first': { zh: '请先重呼', en: 'RECALL FIRST' },
  'recall-limit': { zh: '重呼次数已满', en: 'NO MORE CALLS' },
  'too-soon': { zh: '请稍后再按', en: 'TOO SOON' },
  'not-aside': { zh: '未挂起', en: 'NOT ON HOLD' },
  'held-elsewhere': { zh: '其他窗口挂起', en: 'HELD ELSEWHERE' },
  'called-elsewhere': { zh: '其他窗口已叫', en: 'CALLED ELSEWHERE' },
  'same-window': { zh: '就是本窗口', en: 'THIS IS IT' },
  'too-many-held': { zh: '挂起太多', en: 'TOO MANY HELD' },
  'complete-first': { zh: '请先办结', en: 'COMPLETE FIRST' },
  'no-keypad': { zh: '无评价器', en: 'NO RATING PAD' },
  'nothing-to-rate': { zh: '无可评价', en: 'NOTHING TO RATE' },
  'already-rated': { zh: '已评价', en: 'RATED ALREADY' },
  'not-for-this-role': { zh: '不归本窗口', en: 'OTHER WINDOWS' },
  'not-for-this-service': { zh: '不归本窗口', en: 'OTHER WINDOWS' },
  'not-for-this-clerk': { zh: '无此权限', en: 'NOT AUTHORISED' },
  'not-printed': { zh: '票未打印', en: 'NO PAPER YET' },
  'in-review': { zh: '审核中', en: 'IN REVIEW' },
  ended: { zh: '已办结', en: 'HAS ENDED' },
  'not-on-ticket': { zh: '无此事项', en: 'NOT ON TICKET' },
  'unknown-window': { zh: '无此窗口', en: 'NO SUCH WINDOW' },
  'unknown-service': { zh: '无此业务', en: 'NO SUCH SERVICE' },
  'unknown-matter': { zh: '无此事项', en: 'NO SUCH MATTER' },
  'day-over': { zh: '今日已结束', en: 'DAY IS OVER' },
  'pin-in-plain': { zh: '请升级本机', en: 'UPDATE THE BOX' },
  busy: { zh: '请稍候', en: 'WAIT' },
  'unknown-number': { zh: '无此号码', en: 'NO SUCH NUMBER' },
  'unknown-ticket': { zh: '无此号码', en: 'NO SUCH NUMBER' },
  'unknown-clerk': { zh: '工号或密码错', en: 'NO SUCH CLERK' },
  'clerk-elsewhere': { zh: '已在别处登录', en: 'CLERK ELSEWHERE' },
  'clerk-unknown': { zh: '工号或密码错', en: 'NO SUCH CLERK' },
  'pin-wrong': { zh: '工号或密码错', en: 'WRONG PIN' },
  'pin-locked': { zh: '请一分钟后再试', en: 'LOCKED: 1 MIN' },
  'login-again': { zh: '请重新登录', en: 'LOG IN AGAIN' },
  refused: { zh: '未受理', en: 'NOT TAKEN' },
  'answer-forgotten': { zh: '请核对屏幕', en: 'CHECK THE BOARD' },
  'login-first': { zh: '请先登录', en: 'LOGIN FIRST' },
};

/** Codes without a text of their own are words in English, and "refused" with the code in Chinese. */
export function refusalText(code: string, language: PadLanguage): string {
  const known = refusals[code];
  if (known !== undefined) return known[language];
  return language === 'zh' ? `拒绝 ${code}` : code.replaceAll('-', ' ').toUpperCase();
}
