/** What a kiosk's paper says: the hall's template filled in with the hub's answer and the matters the visitor came for. */
import type { HallConfig } from '../../config/hall-config.ts';
import { type Language, layTicket } from '../../config/ticket-template.ts';
import type { PaperFacts } from '../../devices/contract/ticket.ts';
import type { Asked } from '../../devices/ticket-kiosk/kiosk-settings.ts';
import type { PaperBlock } from '../../drivers/ticket-printer/paper.ts';

export type KioskLayout = (result: PaperFacts, asked: Asked) => readonly PaperBlock[];

export function kioskLayout({ rules, file }: HallConfig, language: Language): KioskLayout {
  return (result, asked) => {
    const service = rules.services.find(({ id }) => id === asked.service);
    // None chosen: all that the service stands for.
    const ids = asked.matters.length > 0 ? asked.matters : (service?.matters ?? []);
    return layTicket(
      file.ticket[language],
      {
        hall: rules.name,
        timeZone: rules.timeZone,
        day: result.day,
        number: result.number,
        service: service?.name ?? { zh: asked.service, en: asked.service },
        ahead: result.ahead,
        wait: result.wait === undefined ? undefined : { lowMs: result.wait.low_ms, highMs: result.wait.high_ms },
        issuedAt: result.issued_at,
        matters: ids.flatMap((id) => rules.matters.find((matter) => matter.id === id) ?? []),
      },
      language,
    );
  };
}
