/**
 * What a modem's octets mean on the line: whole lines, and the prompt for a text, which comes without a line end.
 * Source: ITU-T V.250, section 5.7 (result codes); 3GPP TS 27.005, section 3.5.1 (the prompt is CR LF `>` space).
 */
export type AtItem = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'prompt' };

/** Longer than any line of the commands used: a PDU is 350 characters. */
const mostLineOctets = 1024;

export class AtLines {
  #text = '';
  /** Octets thrown away because no line end came: noise of a wrong rate, or the diagnostics port of a stick. */
  dropped = 0;

  /** Half a line of an earlier connection is no line. */
  reset(): void {
    this.#text = '';
  }

  receive(bytes: Uint8Array): readonly AtItem[] {
    const items: AtItem[] = [];
    for (const octet of bytes) {
      if (octet === 0x0d || octet === 0x0a) {
        const text = this.#text.trim();
        this.#text = '';
        if (text !== '') items.push({ kind: 'line', text });
        continue;
      }
      this.#text += String.fromCharCode(octet);
      if (this.#text === '> ') {
        this.#text = '';
        items.push({ kind: 'prompt' });
      } else if (this.#text.length > mostLineOctets) {
        this.dropped += this.#text.length;
        this.#text = '';
      }
    }
    return items;
  }
}

/** The last line of a command's reply. */
export type FinalResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error' }
  | { readonly kind: 'cms-error' | 'cme-error'; readonly code: number };

/** `undefined` for a line that is not final. */
export function finalResult(line: string): FinalResult | undefined {
  if (line === 'OK') return { kind: 'ok' };
  if (line === 'ERROR' || line === 'NO CARRIER' || line === 'BUSY') return { kind: 'error' };
  const [, kind, code] = /^\+(CM[SE]) ERROR: *(\d{1,5})$/.exec(line) ?? [];
  if (kind === undefined) return /^\+CM[SE] ERROR/.test(line) ? { kind: 'error' } : undefined;
  return { kind: kind === 'CMS' ? 'cms-error' : 'cme-error', code: Number(code) };
}

/** Lines that come by themselves, also in the middle of a reply; those with a second line behind them are marked. */
const unsolicited =
  /^(\+CMTI:|\+CDSI:|\+CDS:|\+CMT:|\+CREG: \d(,"|$)|\+CEREG: \d(,"|$)|\+CPIN: NOT|RING|\^|\+CIEV:|\+QIND:|RDY|SMS |Call |\+CFUN: \d$|PB DONE)/;

export function isUnsolicited(line: string): boolean {
  return unsolicited.test(line);
}

/** `+CDS:` and `+CMT:` in PDU mode: the PDU is the next line. */
export function hasPduBehind(line: string): boolean {
  return /^\+(CDS|CMT):/.test(line);
}
