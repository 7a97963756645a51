// @ts-check
/** The work places at the side, as tabs: desk, back office, technician, wire. */

import { mountDesk } from './desk.js';
import { inReview, mountOffice } from './office.js';
import { mountTabs } from './tabs.js';
import { mountTechnician } from './technician.js';
import { t } from './text.js';
import { mountWire } from './wire.js';

/** @param {HTMLElement} side @param {import('./live.js').LiveHall} hall */
export function mountSide(side, hall) {
  const tabs = mountTabs(side, {
    label: t('side.places'),
    places: [
      { id: 'desk', text: t('common.desk'), mount: (panel) => mountDesk(panel, hall) },
      { id: 'office', text: t('common.back-office'), mount: (panel) => mountOffice(panel, hall) },
      { id: 'technician', text: t('common.technician'), mount: (panel) => mountTechnician(panel, hall) },
      { id: 'wire', text: t('common.messages'), mount: (panel) => mountWire(panel, hall) },
    ],
  });
  hall.watch(['ticket/'], () =>
    tabs.badge('office', hall.under('ticket/').filter((ticket) => ticket.matters.some(inReview)).length),
  );
  hall.watch(['device/'], () =>
    tabs.badge('technician', hall.under('device/').filter((device) => device.faults.length > 0).length, 'bad'),
  );
}
