// @ts-check
/** Words of the hall in both languages, by the names used on the wire. */

/** @typedef {{zh: string, en: string}} Text */

/** @type {Record<string, Text>} */
export const keyTexts = {
  next: { zh: '下一位', en: 'Next' },
  recall: { zh: '重呼', en: 'Recall' },
  start: { zh: '开始', en: 'Start' },
  complete: { zh: '办结', en: 'Complete' },
  review: { zh: '送审', en: 'Review' },
  miss: { zh: '过号', en: 'Missed' },
  transfer: { zh: '转移', en: 'Transfer' },
  hold: { zh: '挂起', en: 'Hold' },
  park: { zh: '退回', en: 'Park' },
  pause: { zh: '暂停', en: 'Pause' },
  resume: { zh: '恢复', en: 'Resume' },
  open: { zh: '开窗', en: 'Open' },
  close: { zh: '关窗', en: 'Close' },
  call: { zh: '选呼', en: 'Call no.' },
  login: { zh: '登录', en: 'Sign in' },
  logout: { zh: '退出', en: 'Sign out' },
  confirm: { zh: '确认', en: 'Enter' },
  enter: { zh: '确认', en: 'Enter' },
  clear: { zh: '清除', en: 'Clear' },
  cancel: { zh: '取消', en: 'Cancel' },
  rate: { zh: '评价', en: 'Invite' },
  'level-5': { zh: '非常满意', en: 'Excellent' },
  'level-4': { zh: '满意', en: 'Good' },
  'level-3': { zh: '基本满意', en: 'Fair' },
  'level-2': { zh: '不满意', en: 'Poor' },
  'level-1': { zh: '很不满意', en: 'Bad' },
};

/** @type {Record<string, Text>} */
export const partTexts = {
  panel: { zh: '按键面板', en: 'Panel' },
  printer: { zh: '打印机', en: 'Printer' },
  board: { zh: '显示屏', en: 'Board' },
  pad: { zh: '呼叫器', en: 'Call pad' },
  rating: { zh: '评价器', en: 'Rating' },
  scanner: { zh: '扫码器', en: 'Scanner' },
};

/** @type {Record<string, Text>} */
export const roleTexts = {
  'ticket-kiosk': { zh: '取号机', en: 'Kiosk' },
  'window-board': { zh: '窗口屏', en: 'Board' },
  'call-pad': { zh: '呼叫器', en: 'Call pad' },
  'rating-keypad': { zh: '评价器', en: 'Rating' },
  'hall-board': { zh: '大厅屏', en: 'Hall board' },
  'check-in': { zh: '签到扫码', en: 'Check-in' },
  'slip-printer': { zh: '回执打印机', en: 'Slip printer' },
};

/** @type {Record<string, Text>} */
export const stateTexts = {
  closed: { zh: '关闭', en: 'Closed' },
  opening: { zh: '连接中', en: 'Opening' },
  ready: { zh: '正常', en: 'Ready' },
  busy: { zh: '工作中', en: 'Busy' },
  fault: { zh: '故障', en: 'Fault' },
  init: { zh: '启动中', en: 'Starting' },
  alert: { zh: '告警', en: 'Alert' },
  disconnected: { zh: '已断开', en: 'Disconnected' },
  lost: { zh: '失联', en: 'Lost' },
  silent: { zh: '无音讯', en: 'Silent' },
  unknown: { zh: '未知', en: 'Unknown' },
  leading: { zh: '在线', en: 'On line' },
  away: { zh: '离线', en: 'Away' },
};

/** @type {Record<string, Text>} */
export const windowStateTexts = {
  open: { zh: '空闲', en: 'Free' },
  closed: { zh: '未开窗', en: 'Closed' },
  paused: { zh: '暂停', en: 'Paused' },
  called: { zh: '呼叫中', en: 'Calling' },
  serving: { zh: '办理中', en: 'Serving' },
};

/** @type {Record<string, Text>} */
export const classTexts = {
  ordinary: { zh: '普通', en: 'Ordinary' },
  priority: { zh: '老年·残障', en: 'Elderly, disabled' },
  appointment: { zh: '预约', en: 'Appointment' },
  returning: { zh: '再次来办', en: 'Returning' },
};

/** Where a number stands. @type {Record<string, Text>} */
export const stageTexts = {
  printing: { zh: '出票中', en: 'Printing' },
  waiting: { zh: '等候', en: 'Waiting' },
  called: { zh: '已呼叫', en: 'Called' },
  serving: { zh: '办理中', en: 'Serving' },
  review: { zh: '审核中', en: 'In review' },
  held: { zh: '挂起', en: 'Held' },
  parked: { zh: '退回', en: 'Parked' },
  missed: { zh: '过号', en: 'Missed' },
};

/** @type {Record<string, Text>} */
export const appointmentTexts = {
  booked: { zh: '已预约', en: 'Booked' },
  kept: { zh: '已签到', en: 'Kept' },
  late: { zh: '迟到签到', en: 'Kept late' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
  missed: { zh: '未到', en: 'Missed' },
};

/** What a window is there for. @type {Record<string, Text>} */
export const windowRoleTexts = {
  intake: { zh: '受理', en: 'Intake' },
  certificate: { zh: '出证', en: 'Certificates' },
  desk: { zh: '咨询', en: 'Advice' },
};

/** A device's state as far as anybody can know: of a box that is lost nothing is known. @param {any} device @param {any} node */
export function knownState(device, node) {
  return node === undefined || ['ready', 'alert', 'init'].includes(node.state) ? device.state : 'unknown';
}

/** A word by its name on the wire; an unknown name speaks for itself. @param {Record<string, Text>} texts @param {string} name @returns {Text} */
export function textOf(texts, name) {
  const digit = /^digit-(\d)$/.exec(name)?.[1];
  return texts[name] ?? (digit === undefined ? { zh: name, en: '' } : { zh: digit, en: '' });
}

/** `3 分钟 · 3 min` since an instant. @param {number} sinceMs @param {number} nowMs @returns {Text} */
export function sinceText(sinceMs, nowMs) {
  const seconds = Math.max(0, Math.round((nowMs - sinceMs) / 1000));
  if (seconds < 90) return { zh: `${seconds} 秒`, en: `${seconds} s` };
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return { zh: `${minutes} 分钟`, en: `${minutes} min` };
  const hours = Math.round(minutes / 60);
  if (hours < 48) return { zh: `${hours} 小时`, en: `${hours} h` };
  const days = Math.round(hours / 24);
  return { zh: `${days} 天`, en: `${days} days` };
}

/** @param {{low_ms: number, high_ms: number} | undefined} wait @returns {Text | undefined} */
export function waitText(wait) {
  if (wait === undefined) return undefined;
  const [low, high] = [Math.floor(wait.low_ms / 60_000), Math.max(1, Math.ceil(wait.high_ms / 60_000))];
  const range = low === high ? `${high}` : `${low}–${high}`;
  return { zh: `约 ${range} 分钟`, en: `${range} min` };
}
