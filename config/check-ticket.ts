/** Whether each kiosk's printer can print the hall's tickets: a QR code wider than its paper would refuse every one. */
import { qrModules } from '../drivers/glyphs/qr.ts';
import type { CheckAgainst, Findings } from './findings.ts';
import type { HallFile } from './schema.ts';
import { type Language, layTicket } from './ticket-template.ts';
import type { Wire } from './wires.ts';

const languages: readonly Language[] = ['zh', 'en'];
const someDay = '2026-12-31';

export function checkTicket(file: HallFile, wires: readonly Wire[], findings: Findings, against: CheckAgainst): void {
  const printers = wires.filter(({ device, slot }) => device.role === 'ticket-kiosk' && slot === 'printer');
  for (const language of languages)
    for (const [index, block] of file.ticket[language].entries()) {
      const path = ['ticket', language, index];
      if (block.kind === 'logo')
        for (const printer of printers) {
          const { logos } = factsOf(printer, against);
          if (logos !== undefined && !logos.includes(block.logo))
            findings.at(
              [...path, 'logo'],
              `the printer of "${printer.device.id}" has no logo "${block.logo}"`,
              'store the picture in the printer, and write its number under options.stored_logos of that printer',
            );
        }
      if (block.kind !== 'qr') continue;
      const dots = widestQr(file, index, language);
      for (const printer of printers) {
        const { paperDots } = factsOf(printer, against);
        if (paperDots === undefined || (dots ?? Number.POSITIVE_INFINITY) <= paperDots) continue;
        const [wrong, right] =
          dots === undefined
            ? ['this is more than a QR code holds', 'shorten it']
            : [
                `this QR code is ${dots} dots wide, the paper of "${printer.device.id}" has ${paperDots}`,
                'a smaller module_dots, or a shorter text',
              ];
        findings.at([...path, 'data'], wrong, right);
      }
    }
}

/** In dots, for the service whose text is longest; `undefined` where no code holds it. */
function widestQr(file: HallFile, index: number, language: Language): number | undefined {
  const block = file.ticket[language].slice(index, index + 1);
  let widest: { data: Uint8Array; moduleDots: number } | undefined;
  for (const service of file.services) {
    const facts = {
      hall: file.hall.name,
      timeZone: 'UTC',
      day: someDay,
      number: service.prefix + '9'.repeat(file.numbering.digits),
      service: service.name,
      ahead: 9999,
      wait: { lowMs: 0, highMs: 0 },
      issuedAt: Date.parse(`${someDay}T23:45:00Z`),
      matters: [],
      reprint: true,
    };
    for (const laid of layTicket(block, facts, language)) {
      if (laid.kind !== 'qr') continue;
      const data = new TextEncoder().encode(laid.data);
      if (widest === undefined || data.length > widest.data.length) widest = { data, moduleDots: laid.moduleDots ?? 1 };
    }
  }
  if (widest === undefined || widest.data.length === 0) return undefined;
  try {
    // Level M is what tickets are printed with.
    return qrModules(widest.data, 'M').width * widest.moduleDots;
  } catch {
    return undefined;
  }
}

function factsOf({ class: ofClass, driver }: Wire, { catalogue, profiles }: CheckAgainst) {
  const entry = catalogue.classes[ofClass];
  const profile = driver.profile === undefined ? undefined : profiles.get(`${ofClass}/${driver.profile}`);
  // A profile that is not there has been told of.
  if (driver.profile !== undefined && profile === undefined) return {};
  return { paperDots: entry?.paperDotsOf?.(profile), logos: entry?.logosOf?.(driver.options) };
}
