/** Words of the hall's page: kiosks and their paper, boards, windows, machines to press and to break, the guide. */
import type { Words } from './words.ts';

export const pagesHall = {
  'hall.guide': { zh: '试一试', en: 'Try it' },
  'hall.kiosks': { zh: '取号机', en: 'Ticket kiosks' },
  'hall.queues': { zh: '等候人数', en: 'Waiting' },
  'hall.skip': { zh: '跳到窗口', en: 'Skip to the windows' },
  'hall.title': { zh: '政务大厅', en: 'Service hall' },

  'board-shows.clears-itself': { zh: '联系不上：屏上内容到时自行熄灭', en: 'Out of reach: it goes dark by itself' },
  'board-shows.on-its-way': { zh: '屏幕内容更新中', en: 'Being updated' },
  'board-shows.sent': { zh: '已发送；此屏不能确认', en: 'Sent; this board cannot confirm' },
  'board-shows.unknown': { zh: '屏上内容无法确认，可能已过期', en: 'Content not confirmed; it may be out of date' },

  'guide.call': { zh: '在呼叫器上叫号，看屏', en: 'call at a call pad and watch the boards' },
  'guide.dismiss': { zh: '收起', en: 'Dismiss' },
  'guide.fault': { zh: '用扳手拔线或取走纸，看检修', en: 'pull a cable or the paper with a wrench' },
  'guide.number': { zh: '在取号机上按一项业务', en: 'press a service at a kiosk' },
  'guide.open': { zh: '开窗', en: 'open the windows' },
  'guide.open-all': { zh: '全部开窗', en: 'Open all' },
  'guide.serve': { zh: '呼叫器：开始，再办结；评价', en: 'start, complete, and rate' },
  'guide.try-it': { zh: '试一试', en: 'Try it' },

  'hall-view.board': { zh: '大厅显示屏', en: 'Hall board' },
  'hall-view.not-issuing': { zh: '停止取号', en: 'No tickets now' },
  'hall-view.silent': { zh: '静音叫号', en: 'Silent calling' },

  'kiosks.not-issuing': { zh: '暂停取号', en: 'Not issuing' },
  'kiosks.out-of-service': { zh: '暂停使用', en: 'Out of service' },
  'kiosks.press': { zh: '请按键选择业务', en: 'Choose a service' },
  'kiosks.printing': { zh: '打印中', en: 'Printing' },
  'kiosks.ready': { zh: '可用', en: 'Ready' },
  'kiosks.take-a-number': { zh: '取号', en: 'Take a number' },
  'kiosks.ticket': { zh: '号票', en: 'ticket' },

  'machines.make-a-fault': { zh: '制造故障', en: 'Make a fault' },
  'machines.power-off': { zh: '断电', en: 'Power off' },
  'machines.unplug': { zh: '拔线', en: 'Unplug' },

  'paper-left.ends-at': { zh: '预计 {at} 用完', en: 'until {at}' },
  'paper-left.left': { zh: '余纸约 {metres} 米', en: '{metres} m left' },
  'paper-left.out': { zh: '纸已用完', en: 'Paper out after {metres} m' },
  'paper-left.tickets': { zh: '约 {count} 张', en: '{count} tickets' },
  'paper-left.used': { zh: '纸已用 {metres} 米', en: '{metres} m used' },

  'papers.enlarge': { zh: '放大', en: 'Enlarge' },
  'papers.just-printed': { zh: '刚打印的{what}', en: 'The {what} just printed' },
  'papers.taken': { zh: '已取的{what}', en: 'A {what} taken' },
  'papers.tear-off': { zh: '撕下{what}', en: 'Tear off' },
  'papers.ticket': { zh: '号票', en: 'Ticket' },

  'scanners.asking': { zh: '正在查询', en: 'Asking' },
  'scanners.checked-in': { zh: '已签到', en: 'Checked in' },
  'scanners.content': { zh: '扫码内容', en: 'Scanned code' },
  'scanners.hint': { zh: '预约码 / 票上二维码', en: 'Appointment or ticket code' },
  'scanners.refused': { zh: '不能受理', en: 'Refused' },
  'scanners.returned': { zh: '已重新排队', en: 'Back in the queue' },
  'scanners.scan': { zh: '扫码', en: 'Scan' },

  'windows.board-label': { zh: '{number} 号窗口显示屏 {call}', en: 'Board of window {number} {call}' },
  'windows.call-again': { zh: '第 {count} 次呼叫', en: 'Call {count}' },
  'windows.digits': { zh: '数字键 · 登录', en: 'Digits, sign in' },
  'windows.held': { zh: '挂起 {numbers}', en: 'On hold {numbers}' },
  'windows.pad-label': { zh: '{number} 号窗口呼叫器', en: 'Call pad of window {number}' },
  'windows.rating-label': { zh: '{number} 号窗口评价器', en: 'Rating keypad of window {number}' },
  'windows.slip': { zh: '回执', en: 'slip' },
  'windows.waiting': { zh: '{role} · 可叫 {count}', en: '{role} · {count} waiting' },
} satisfies Words;
