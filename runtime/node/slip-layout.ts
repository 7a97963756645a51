/** What a window's acceptance slip (受理单) says: the same number, the matters taken to the back office, and when. */
import type { HallConfig } from '../../config/hall-config.ts';
import { visitors } from '../../config/locales/visitors.ts';
import { phrase } from '../../config/locales/words.ts';
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
    { kind: 'text', text: visitors['slip.title'].zh, align: 'centre', size: 2, bold: true },
    { kind: 'text', text: slip.number, align: 'centre', size: numberSize },
    { kind: 'rule' },
    ...slip.matters.flatMap((id, index): PaperBlock[] => {
      const matter = rules.matters.find((each) => each.id === id);
      return matter === undefined ? [] : [{ kind: 'text', text: `${index + 1}. ${matter.name.zh}` }];
    }),
    { kind: 'rule' },
    { kind: 'text', text: phrase(visitors['slip.window'], { number: sign?.number ?? window }).zh },
    { kind: 'text', text: phrase(visitors['slip.at'], { time: clock.format(slip.at) }).zh },
    { kind: 'text', text: visitors['slip.wait'].zh },
    { kind: 'text', text: visitors['slip.wait'].en },
  ];
}
