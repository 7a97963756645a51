/** docs/authority.md: what each kind of box may say, out of the table that the hub goes by. */
import type { EvtType } from '../../devices/contract/messages.ts';
import { boxAuthority, boxRoles, type Own } from './box-authority.ts';

const meaning: Readonly<Record<Own, string>> = {
  window: 'the window at which the device stands',
  board: 'the board that reports',
  ticket: 'a ticket that this box gave, or whose paper the hub ordered here',
  lease: 'a block of numbers that was leased to this box',
  serving: 'a service that was given at that window',
  ask: 'an ask of this box (command ids of other boxes and of people are other ids)',
};

export function authorityDocument(): string {
  const types = Object.keys(boxAuthority) as readonly EvtType[];
  const rows = types.map((type) => {
    const { from, own } = boxAuthority[type];
    const cells = boxRoles.map((role) => ((from as readonly string[]).includes(role) ? 'yes' : ''));
    return `| ${[type, ...cells, own.join(', ')].join(' | ')} |`;
  });
  return [
    '# What a box may say',
    '',
    'The hub takes a message from a box only for the devices that the hall’s file puts on that box. Anything else is refused',
    'as `not-yours`: it changes nothing, stands in the journal as `CommandRefused`, is counted, and is a fault of that box on',
    'the page for ten minutes. What a box claims beyond what the hub gave, or could have given before its journal was lost, is',
    'refused as `implausible` in the same way: numbers, blocks, classes, epochs.',
    '',
    'This page is made from `runtime/hub/box-authority.ts`, and a test holds it to that.',
    '',
    `| message | ${boxRoles.join(' | ')} | its own |`,
    `| --- | ${boxRoles.map(() => '---').join(' | ')} | --- |`,
    ...rows,
    '',
    ...Object.entries(meaning).map(([what, text]) => `- \`${what}\`: ${text}`),
    '',
  ].join('\n');
}
