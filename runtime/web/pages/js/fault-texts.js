// @ts-check
/** Faults by their code: their name, and in Chinese what to do. The device's own sentence stands beside it in English. */
import { h } from './dom.js';

/** @type {Record<string, {zh: string, en: string, advice?: string}>} */
export const faultTexts = {
  'paper-out': { zh: '缺纸', en: 'Paper out', advice: '装入新纸卷并合上机盖；中断的号票会接着打印。' },
  'near-end': { zh: '纸将尽', en: 'Paper low' },
  'paper-near-end': { zh: '纸将尽', en: 'Paper low', advice: '纸卷快用完了，请备好新纸卷。' },
  'paper-low': {
    zh: '纸将尽（按用量）',
    en: 'Paper low by count',
    advice: '按已用长度计算，纸卷快用完了，请备好新纸卷。',
  },
  'cover-open': { zh: '机盖打开', en: 'Cover open', advice: '合上机盖，直到听见卡扣声。' },
  cutter: { zh: '切刀故障', en: 'Cutter', advice: '打开机盖，取出卡在切刀处的纸，再合上。' },
  mechanical: { zh: '机械卡阻', en: 'Blocked', advice: '打开机盖，清理走纸通道，再合上。' },
  jam: { zh: '出口卡纸', en: 'Jam', advice: '打开前盖，把纸抽出，再合上。' },
  'black-mark': { zh: '黑标未找到', en: 'No black mark', advice: '按正确方向装入带黑标的纸。' },
  'head-hot': { zh: '打印头过热', en: 'Head hot', advice: '等它冷却，会自行恢复。' },
  unrecoverable: { zh: '不可恢复', en: 'Unrecoverable', advice: '断电再通电；若仍如此，请送修。' },
  offline: { zh: '打印机脱机', en: 'Offline', advice: '按一下走纸键，查看指示灯。' },
  'fence-too-early': { zh: '应答过早', en: 'Early answer' },
  'port-gone': { zh: '线缆松脱', en: 'Cable loose', advice: '检查数据线和电源。' },
  'no-answer': { zh: '不应答', en: 'No answer', advice: '检查电源、地址和两根通信线。' },
  garbled: { zh: '乱码', en: 'Garbled', advice: '检查波特率、接线，以及是否有两台设备同一地址。' },
  'address-clash': { zh: '地址冲突', en: 'Address clash', advice: '同一条线上有两台设备同一地址，请改其中一台。' },
  'wrong-device': { zh: '设备不符', en: 'Wrong device', advice: '接的不是配置里的那种设备。' },
  'key-stuck': { zh: '按键卡住', en: 'Stuck key', advice: '松开卡住的按键，或更换键盘。' },
  'board-font-missing': { zh: '显示屏缺字库', en: 'Board font missing' },
  mute: { zh: '不应答', en: 'Mute' },
  garble: { zh: '乱码', en: 'Garbled' },
  nack: { zh: '拒绝', en: 'Refuses' },
  slow: { zh: '迟缓', en: 'Slow' },
  drop: { zh: '丢帧', en: 'Drops' },
  noise: { zh: '干扰', en: 'Noise' },
  stuck: { zh: '按键卡住', en: 'Stuck key' },
  chatter: { zh: '按键抖动', en: 'Chatter' },
  repeat: { zh: '重复', en: 'Repeats' },
  'bad-check': { zh: '校验错', en: 'Bad check' },
};

/** What to do about a fault. @param {{code: string, remedy: string}} fault */
export function remedyOf(fault) {
  const advice = faultTexts[fault.code]?.advice;
  if (advice === undefined || /[\u4e00-\u9fff]/.test(fault.remedy)) return h('span', { class: 'remedy' }, fault.remedy);
  return h('span', { class: 'remedy' }, advice, ' ', h('span', { class: 'en', lang: 'en' }, fault.remedy));
}
