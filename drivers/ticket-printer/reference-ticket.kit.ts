/** The reference ticket as blocks: 355 bytes as text with a native QR code, the yardstick of the byte tables. */
import type { PaperBlock } from './paper.ts';

export const referenceTicket: readonly PaperBlock[] = [
  { kind: 'text', text: '市民服务中心政务大厅', align: 'centre' },
  { kind: 'text', text: '您的号码', align: 'centre' },
  { kind: 'text', text: 'A012', align: 'centre', size: 4 },
  { kind: 'text', text: '户籍业务', align: 'centre', size: 2 },
  { kind: 'text', text: '前面等候：7 人' },
  { kind: 'text', text: '预计等待：约 25 分钟' },
  { kind: 'text', text: '取号时间：2026-11-23 11:27' },
  { kind: 'text', text: '请准备以下材料：' },
  { kind: 'text', text: '1. 居民身份证原件及复印件' },
  { kind: 'text', text: '2. 户口簿原件' },
  { kind: 'text', text: '3. 结婚证或出生医学证明' },
  { kind: 'text', text: '4. 房产证或租赁合同' },
  { kind: 'text', text: '5. 申请表（现场填写）' },
  { kind: 'qr', data: 'https://q.example.gov.cn/t/20261123/A012', align: 'centre', moduleDots: 6 },
  { kind: 'text', text: '请留意叫号，过号请重新取号', align: 'centre' },
];
