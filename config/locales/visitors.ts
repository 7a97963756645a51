/** Words that visitors read beside the ticket: boards without texts of their own, notices on the hall board, the acceptance slip. */
import type { Words } from './words.ts';

export const visitors = {
  'board.by-hand': { zh: '手动 {window}号窗口', en: 'By hand: window {window}' },
  'board.called': { zh: '请到{window}号窗口', en: 'Please go to window {window}' },
  'board.closed': { zh: '暂未开放', en: 'Closed' },
  'board.idle': { zh: '欢迎光临', en: 'Welcome' },
  'board.paused': { zh: '暂停服务', en: 'Paused' },
  'board.serving': { zh: '正在办理', en: 'In service' },
  'board.stale': { zh: '请看大厅显示屏', en: 'Please see the hall board' },

  'kiosk.name': { zh: '取号机 {id}', en: 'Kiosk {id}' },
  'kiosk.no-paper': { zh: '{kiosk}缺纸', en: '{kiosk} has no paper' },
  'kiosk.out': { zh: '{kiosk}暂停使用', en: '{kiosk} is out of service' },
  'kiosk.notice': { zh: '{why}，{where}', en: '{why}: {where}' },
  'kiosk.notice-of-services': { zh: '{why}：{services}{where}', en: '{why}: for {services}, {where}' },
  'kiosk.service-mark': { zh: '、', en: ', ' },
  'kiosk.use': { zh: '请到{place}取号', en: 'please use {place}' },
  'kiosk.wait': { zh: '请稍候，工作人员马上处理', en: 'please wait for staff' },

  'slip.at': { zh: '受理时间：{time}', en: 'Accepted at {time}' },
  'slip.title': { zh: '受理单', en: 'Acceptance slip' },
  'slip.wait': {
    zh: '请凭原号等候发证窗口叫号',
    en: 'Please wait with the same number for the certificate window',
  },
  'slip.window': { zh: '受理窗口：{number}号', en: 'Accepted at window {number}' },

  'sms.test': { zh: '测试短信', en: 'test message' },
} satisfies Words;
