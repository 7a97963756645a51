// @ts-check
/** The supervisor: windows, numbers, low ratings, complaints, and the trail of everything done over somebody's head. */
import { mountComplaints } from './complaints.js';
import { mountFollowUps } from './follow-ups.js';
import { mountOverrides } from './overrides.js';
import { mountTabs } from './tabs.js';
import { t } from './text.js';
import { mountTicketDesk } from './ticket-desk.js';
import { mountWindowDesk } from './window-desk.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountSupervisor(box, hall) {
  box.classList.add('desk-room');
  const tabs = mountTabs(box, {
    label: t('common.supervisor'),
    kind: 'subtabs',
    places: [
      { id: 'sup-windows', text: t('common.windows'), mount: (panel) => mountWindowDesk(panel, hall) },
      {
        id: 'sup-tickets',
        text: t('supervisor.numbers'),
        mount: (panel) => mountTicketDesk(panel, hall, 'supervisor'),
      },
      {
        id: 'sup-ratings',
        text: t('supervisor.low-ratings'),
        mount: (panel) => mountFollowUps(panel, hall, (open) => tabs?.badge('sup-ratings', open, 'bad')),
      },
      {
        id: 'sup-complaints',
        text: t('supervisor.complaints'),
        mount: (panel) => mountComplaints(panel, hall, (open) => tabs?.badge('sup-complaints', open, 'bad')),
      },
      { id: 'sup-trail', text: t('supervisor.trail'), mount: (panel) => mountOverrides(panel, hall) },
    ],
  });
}
