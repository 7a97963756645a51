/** The traffic of a board in words, for a port's trace: what the board understands of what it is sent, and its answers. */
import type { Describer } from '../port/trace.ts';
import type { BoardAnswer, BoardEffect, BoardLanguage } from './protocol.ts';

const longestFrameBytes = 65_536;

export function describeBoard(protocol: string, language: BoardLanguage): Describer {
  const name = protocol.replace(/^onbon-/, '').toUpperCase();
  let held: Uint8Array = new Uint8Array();
  const [check] = language.encode({ kind: 'check', painted: [], thorough: false, percent: 100 });
  return (direction, bytes) => {
    if (direction === 'in') {
      held = new Uint8Array();
      const parsed = check?.answer?.parse(bytes);
      return parsed?.kind === 'answer' ? [`${name} ${answerText(parsed.answer)}`] : [];
    }
    held = Buffer.concat([held, bytes]);
    const lines: string[] = [];
    while (held.length > 0) {
      const heard = language.decode(held);
      if (heard.kind === 'more') break;
      held = held.subarray(Math.max(1, heard.bytes));
      if (heard.kind !== 'frame') continue;
      const effects = heard.effects.map(effectText);
      lines.push(`${name} ${effects.length === 0 ? 'question' : effects.join('; ')}`);
    }
    if (held.length > longestFrameBytes) held = new Uint8Array();
    return lines;
  };
}

function effectText(effect: BoardEffect): string {
  switch (effect.kind) {
    case 'area':
      return `text area ${effect.area.id} ${effect.area.rows.map((row) => JSON.stringify(row)).join(' ')}`;
    case 'bitmap':
      return `picture area ${effect.id}, ${effect.width} x ${effect.height}`;
    case 'delete':
      return effect.areas === 'all' ? 'delete all areas' : `delete areas ${effect.areas.join(', ')}`;
    case 'put':
      return `text at ${effect.row},${effect.column} ${JSON.stringify(effect.text)}`;
    case 'scroll':
      return `scroll row ${effect.row} ${JSON.stringify(effect.text)}`;
    case 'brightness':
      return `brightness ${effect.percent} %`;
    case 'power':
    case 'blink':
      return `${effect.kind} ${effect.on ? 'on' : 'off'}`;
    case 'address':
      return `set address ${effect.address}`;
    case 'clock':
    case 'clear':
      return effect.kind;
  }
}

function answerText(answer: BoardAnswer): string {
  switch (answer.kind) {
    case 'done':
      return 'acknowledged';
    case 'state':
      return answer.intact ? 'answers' : 'answers: content lost';
    case 'address':
      return `address is ${answer.address}`;
    case 'busy':
      return 'busy';
    case 'refused':
      return `refused: ${answer.code}`;
  }
}
