/** What a window's acceptance slip (受理单) says: the same number, the matters taken to the back office, and when. */
import type { HallConfig } from '../../config/hall-config.ts';
import type { Slip } from '../../devices/slip-printer/slip-printer.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';

const numberSize = 3;

export function slipLayout({ rules }: HallConfig, window: string): (slip: Slip) => readonly PaperBlock[] {
  const sign = rules.windows.find(({ id }) => id === window);
  const clock = new Intl.DateTimeFormat('zh-CN', {
    timeZone: rules.timeZone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  return (slip) => [
    { kind: 'text', text: rules.name.zh, align: 'centre' },
    { kind: 'text', text: '受理单', align: 'centre', size: 2, bold: true },
    { kind: 'text', text: slip.number, align: 'centre', size: numberSize },
    { kind: 'rule' },
    ...slip.matters.flatMap((id, index): PaperBlock[] => {
      const matter = rules.matters.find((each) => each.id === id);
      return matter === undefined ? [] : [{ kind: 'text', text: `${index + 1}. ${matter.name.zh}` }];
    }),
    { kind: 'rule' },
    { kind: 'text', text: `受理窗口：${sign?.number ?? window}号` },
    { kind: 'text', text: `受理时间：${clock.format(slip.at)}` },
    { kind: 'text', text: '请凭原号等候发证窗口叫号' },
    { kind: 'text', text: 'Please wait with the same number for the certificate window' },
  ];
}
