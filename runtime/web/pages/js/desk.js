// @ts-check
/** The desk at the door: give a number, look after one, appointments. */
import { mountAppointments } from './appointments.js';
import { mountDeskIssue } from './desk-issue.js';
import { mountTabs } from './tabs.js';
import { t } from './text.js';
import { mountTicketDesk } from './ticket-desk.js';

/** @param {HTMLElement} box @param {import('./live.js').LiveHall} hall */
export function mountDesk(box, hall) {
  box.classList.add('desk-room');
  mountTabs(box, {
    label: t('common.desk'),
    kind: 'subtabs',
    places: [
      { id: 'desk-issue', text: t('desk.issue'), mount: (panel) => mountDeskIssue(panel, hall) },
      { id: 'desk-ticket', text: t('desk.ticket'), mount: (panel) => mountTicketDesk(panel, hall, 'desk') },
      { id: 'desk-booked', text: t('desk.appointments'), mount: (panel) => mountAppointments(panel, hall) },
    ],
  });
}
