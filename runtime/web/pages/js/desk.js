// @ts-check
/** The desk at the door: give a number, look after one, appointments. */
import { mountAppointments } from './appointments.js';
import { mountDeskIssue } from './desk-issue.js';
import { mountTabs } from './tabs.js';
import { mountTicketDesk } from './ticket-desk.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountDesk(box, hall) {
  box.classList.add('desk-room');
  mountTabs(box, {
    label: '服务台 · Desk',
    kind: 'subtabs',
    places: [
      { id: 'desk-issue', zh: '取号', en: 'Issue', mount: (panel) => mountDeskIssue(panel, hall) },
      { id: 'desk-ticket', zh: '号码', en: 'A number', mount: (panel) => mountTicketDesk(panel, hall, 'desk') },
      { id: 'desk-booked', zh: '预约', en: 'Booked', mount: (panel) => mountAppointments(panel, hall) },
    ],
  });
}
