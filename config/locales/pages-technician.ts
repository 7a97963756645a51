/** Words of the technician's page and of the list of messages. */
import type { Words } from './words.ts';

export const pagesTechnician = {
  'technician.cable': { zh: '线缆', en: 'Cables' },
  'technician.cut': { zh: '断电', en: 'Cut power' },
  'technician.devices': { zh: '{count} 台', en: '{count} devices' },
  'technician.faults': { zh: '{count} 故障', en: '{count} at fault' },
  'technician.mute': { zh: '不应答', en: 'No answer' },
  'technician.other': { zh: '其他', en: 'Other' },
  'technician.paper': { zh: '缺纸', en: 'Paper' },
  'technician.start': { zh: '启动', en: 'Start' },

  'technician-table.counters': { zh: '计数', en: 'Counters' },
  'technician-table.device': { zh: '设备', en: 'Device' },
  'technician-table.faults': { zh: '故障与处理', en: 'Faults and remedies' },
  'technician-table.filter': { zh: '筛选设备', en: 'Filter devices' },
  'technician-table.state': { zh: '状态', en: 'State' },

  'messages.filter': { zh: '按主题筛选', en: 'Filter topics' },
  'messages.missed': { zh: '未显示 {count}', en: '{count} not shown' },
  'messages.rate': { zh: '{rate} 条/秒', en: '{rate} msg/s' },
  'messages.retained': { zh: '保留', en: 'retained' },
} satisfies Words;
