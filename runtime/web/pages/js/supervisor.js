// @ts-check
/** The supervisor: windows, numbers, low ratings, complaints, and the trail of everything done over somebody's head. */
import { mountComplaints } from './complaints.js';
import { mountFollowUps } from './follow-ups.js';
import { mountOverrides } from './overrides.js';
import { mountTabs } from './tabs.js';
import { mountTicketDesk } from './ticket-desk.js';
import { mountWindowDesk } from './window-desk.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountSupervisor(box, hall) {
  box.classList.add('desk-room');
  const tabs = mountTabs(box, {
    label: '主管 · Supervisor',
    kind: 'subtabs',
    places: [
      { id: 'sup-windows', zh: '窗口', en: 'Windows', mount: (panel) => mountWindowDesk(panel, hall) },
      { id: 'sup-tickets', zh: '号码', en: 'Numbers', mount: (panel) => mountTicketDesk(panel, hall, 'supervisor') },
      {
        id: 'sup-ratings',
        zh: '低分回访',
        en: 'Low ratings',
        mount: (panel) => mountFollowUps(panel, hall, (open) => tabs?.badge('sup-ratings', open, 'bad')),
      },
      {
        id: 'sup-complaints',
        zh: '投诉建议',
        en: 'Complaints',
        mount: (panel) => mountComplaints(panel, hall, (open) => tabs?.badge('sup-complaints', open, 'bad')),
      },
      { id: 'sup-trail', zh: '留痕', en: 'Audit trail', mount: (panel) => mountOverrides(panel, hall) },
    ],
  });
}
