/** Keeps telephone numbers, texts and PINs out of a modem port's trace: they travel as long runs of hex digits, and behind `AT+CPIN=`. */
import type { TraceDirection, TraceMask } from '../port/trace.ts';

/** The service centre's field and the first octet of a PDU are shorter; what follows is the number. */
const personal = /[0-9A-Fa-f]{8,}|\+CPIN="?\d/i;
/** What of a line is remembered: a run of digits may be cut into chunks anywhere. */
const remembered = 400;

/** One for each connection: it follows the lines of both directions. */
export function atMask(): TraceMask {
  const line: Record<TraceDirection, string> = { in: '', out: '' };
  return (direction, bytes) => {
    const text = Buffer.from(bytes).toString('latin1');
    const seen = line[direction] + text;
    const end = Math.max(seen.lastIndexOf('\r'), seen.lastIndexOf('\n'), seen.lastIndexOf('\u001a'));
    line[direction] = (end === -1 ? seen : seen.slice(end + 1)).slice(-remembered);
    return personal.test(seen) ? `number or text, ${bytes.length} octets` : undefined;
  };
}
