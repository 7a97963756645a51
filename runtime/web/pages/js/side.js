// @ts-check
/** The work places at the side, as tabs: desk, back office, technician, wire. */

import { mountDesk } from './desk.js';
import { inReview, mountOffice } from './office.js';
import { mountTabs } from './tabs.js';
import { mountTechnician } from './technician.js';
import { mountWire } from './wire.js';

/** @param {HTMLElement} side @param {import('./live.js').LiveHall} hall */
export function mountSide(side, hall) {
  const tabs = mountTabs(side, {
    label: '工作台 · Work places',
    places: [
      { id: 'desk', zh: '服务台', en: 'Desk', mount: (panel) => mountDesk(panel, hall) },
      { id: 'office', zh: '后台', en: 'Back office', mount: (panel) => mountOffice(panel, hall) },
      { id: 'technician', zh: '检修', en: 'Technician', mount: (panel) => mountTechnician(panel, hall) },
      { id: 'wire', zh: '报文', en: 'Messages', mount: (panel) => mountWire(panel, hall) },
    ],
  });
  hall.watch(['ticket/'], () =>
    tabs.badge('office', hall.under('ticket/').filter((ticket) => ticket.matters.some(inReview)).length),
  );
  hall.watch(['device/'], () =>
    tabs.badge('technician', hall.under('device/').filter((device) => device.faults.length > 0).length, 'bad'),
  );
}
