/**
 * Faults by their code, and what to do about each. A device sends its own, more exact sentence in English; a page shows
 * that in English and these in Chinese. Codes: drivers/ticket-printer/printer-faults.ts and the other drivers; below
 * them the faults that the demo makes by hand.
 */
import type { Words } from './words.ts';

export const faults = {
  'fault.address-clash': { zh: '地址冲突', en: 'Address clash' },
  'fault.black-mark': { zh: '黑标未找到', en: 'No black mark' },
  'fault.board-command': { zh: '显示屏不识别指令', en: 'Board: unknown command' },
  'fault.board-command-group': { zh: '显示屏不识别指令', en: 'Board: unknown command' },
  'fault.board-flash': { zh: '显示屏存储故障', en: 'Board flash fault' },
  'fault.board-font-missing': { zh: '显示屏缺字库', en: 'Board font missing' },
  'fault.board-id': { zh: '显示屏地址不符', en: 'Board: other address' },
  'fault.board-memory': { zh: '显示屏存储已满', en: 'Board memory full' },
  'fault.board-size': { zh: '显示屏尺寸不符', en: 'Board: other size' },
  'fault.board-type': { zh: '显示屏型号不符', en: 'Board: other type' },
  'fault.cover-open': { zh: '机盖打开', en: 'Cover open' },
  'fault.cutter': { zh: '切刀故障', en: 'Cutter fault' },
  'fault.fence-too-early': { zh: '应答过早', en: 'Confirms too early' },
  'fault.garbled': { zh: '乱码', en: 'Garbled' },
  'fault.head-hot': { zh: '打印头过热', en: 'Print head hot' },
  'fault.jam': { zh: '出口卡纸', en: 'Paper jam' },
  'fault.key-stuck': { zh: '按键卡住', en: 'Key stuck' },
  'fault.logo-missing': { zh: '缺少徽标文件', en: 'Logo missing' },
  'fault.logo-not-stored': { zh: '徽标未存入打印机', en: 'Logo not stored' },
  'fault.mechanical': { zh: '机械卡阻', en: 'Mechanism blocked' },
  'fault.no-answer': { zh: '不应答', en: 'No answer' },
  'fault.cannot-be-stored': { zh: '与记录矛盾', en: 'Contradicts the records' },
  'fault.implausible': { zh: '数据不可信', en: 'Implausible data' },
  'fault.not-yours': { zh: '越权报文', en: 'Speaks for other devices' },
  'fault.offline': { zh: '打印机脱机', en: 'Printer offline' },
  'fault.paper-low': { zh: '纸将尽（按用量）', en: 'Paper low by count' },
  'fault.paper-near-end': { zh: '纸将尽', en: 'Paper low' },
  'fault.paper-out': { zh: '缺纸', en: 'Paper out' },
  'fault.port-gone': { zh: '线缆松脱', en: 'Cable loose' },
  'fault.unrecoverable': { zh: '不可恢复', en: 'Printer defect' },
  'fault.wrong-device': { zh: '设备不符', en: 'Wrong device' },

  'fault.bad-check': { zh: '校验错', en: 'Bad check' },
  'fault.chatter': { zh: '按键抖动', en: 'Chatter' },
  'fault.drop': { zh: '丢帧', en: 'Drops frames' },
  'fault.garble': { zh: '乱码', en: 'Garbles' },
  'fault.mute': { zh: '不应答', en: 'No answer' },
  'fault.nack': { zh: '拒绝', en: 'Refuses' },
  'fault.near-end': { zh: '纸将尽', en: 'Paper low' },
  'fault.noise': { zh: '干扰', en: 'Noise' },
  'fault.repeat': { zh: '重复', en: 'Repeats' },
  'fault.slow': { zh: '迟缓', en: 'Slow' },
  'fault.stuck': { zh: '按键卡住', en: 'Key stuck' },

  'remedy.address-clash': {
    zh: '同一条线上有两台设备同一地址，请改其中一台。',
    en: 'Two devices on the line have one address: change one of them.',
  },
  'remedy.black-mark': { zh: '按正确方向装入带黑标的纸。', en: 'Load the marked paper the right way round.' },
  'remedy.board-command': { zh: '检查配置里的型号与控制卡是否一致。', en: 'Check that the profile names its model.' },
  'remedy.board-command-group': {
    zh: '检查配置里的型号与控制卡是否一致。',
    en: 'Check that the profile names its model.',
  },
  'remedy.board-flash': { zh: '更换控制卡。', en: 'Replace the card.' },
  'remedy.board-font-missing': {
    zh: '用厂家软件装入 16/24/32 点阵字库。',
    en: 'Load the 16/24/32 px fonts with the maker’s tool.',
  },
  'remedy.board-id': { zh: '运行 halld bus-scan，再改地址。', en: 'Run "halld bus-scan" and set the address.' },
  'remedy.board-memory': {
    zh: '减少行数或缩短文字，或用厂家软件清除节目。',
    en: 'Use fewer or shorter lines, or clear its programs with the maker’s tool.',
  },
  'remedy.board-size': { zh: '检查配置里的宽与高。', en: 'Set width and height.' },
  'remedy.board-type': { zh: '选择控制卡对应的型号配置。', en: 'Choose the profile of its model.' },
  'remedy.cannot-be-stored': {
    zh: '此盒的报文与已有记录矛盾，未受理：检查是否有两台设备用同一张卡。',
    en: 'What this box reported contradicts the records: check whether two boxes use copies of one card.',
  },
  'remedy.implausible': {
    zh: '此盒报告了本厅不可能发出的号码或号段，未受理：检查此盒，必要时换卡并重新接纳。',
    en: 'This box claims numbers or blocks that this hall cannot have given: check it; replace its card if it goes on.',
  },
  'remedy.not-yours': {
    zh: '此盒替不属于它的窗口或设备发报文，未受理：核对配置，检查此盒是否被人动过。',
    en: 'This box speaks for windows or devices that are not its own: compare its config, and check who had access to it.',
  },
  'remedy.cover-open': { zh: '合上机盖，直到听见卡扣声。', en: 'Close the cover until it clicks.' },
  'remedy.cutter': {
    zh: '打开机盖，取出卡在切刀处的纸，再合上。',
    en: 'Open the cover, clear paper from the blade, close it.',
  },
  'remedy.fence-too-early': {
    zh: '此型号在打印完成前就确认，请把型号配置的 confirm 改为 none。',
    en: 'This model confirms before it prints: set its profile to "confirm: none".',
  },
  'remedy.garbled': {
    zh: '检查波特率、接线，以及是否有两台设备同一地址。',
    en: 'Check baud rate, wiring, and that no two devices share an address.',
  },
  'remedy.head-hot': { zh: '等它冷却，会自行恢复。', en: 'Let it cool: it goes on by itself.' },
  'remedy.jam': { zh: '打开前盖，把纸抽出，再合上。', en: 'Open the front, pull the paper out, close it.' },
  'remedy.key-stuck': { zh: '松开卡住的按键，或更换键盘。', en: 'Free the key or replace the keypad.' },
  'remedy.logo-missing': { zh: '检查 options.logos 下的 file。', en: 'Check "file" under options.logos.' },
  'remedy.logo-not-stored': { zh: '运行一次 halld printer-logos。', en: 'Run "halld printer-logos" once.' },
  'remedy.mechanical': {
    zh: '打开机盖，清理走纸通道，再合上。',
    en: 'Open the cover, clear the paper path, close it.',
  },
  'remedy.no-answer': {
    zh: '检查电源、地址和两根通信线。',
    en: 'Check its power, its address and the two data wires.',
  },
  'remedy.offline': { zh: '按一下走纸键，查看指示灯。', en: 'Press its feed button and look at its lamps.' },
  'remedy.paper-low': {
    zh: '按已用长度计算，纸卷快用完了，请备好新纸卷。',
    en: 'By the length used the roll is nearly finished: bring a new one.',
  },
  'remedy.paper-near-end': {
    zh: '纸卷快用完了，请备好新纸卷。',
    en: 'The roll is nearly finished: bring a new one.',
  },
  'remedy.paper-out': {
    zh: '装入新纸卷并合上机盖；中断的号票会接着打印。',
    en: 'Load a new roll and close the cover; the interrupted ticket then continues.',
  },
  'remedy.port-gone': { zh: '检查数据线和电源。', en: 'Check its cable and power.' },
  'remedy.unrecoverable': {
    zh: '断电再通电；若仍如此，请送修。',
    en: 'Switch it off and on; if the fault stays, replace it.',
  },
  'remedy.wrong-device': {
    zh: '接的不是配置里的那种设备。',
    en: 'The device connected is not the one in the config.',
  },
} satisfies Words;
