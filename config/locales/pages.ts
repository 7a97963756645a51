/** Every word of the pages in one table, as the page server gives it to them. */
import { faults } from './faults.ts';
import { names } from './names.ts';
import { pagesCommon } from './pages-common.ts';
import { pagesDesk } from './pages-desk.ts';
import { pagesHall } from './pages-hall.ts';
import { pagesManager } from './pages-manager.ts';
import { pagesSupervisor } from './pages-supervisor.ts';
import { pagesTechnician } from './pages-technician.ts';
import { refusals } from './refusals.ts';

export const words = {
  ...names,
  ...faults,
  ...refusals,
  ...pagesCommon,
  ...pagesHall,
  ...pagesDesk,
  ...pagesSupervisor,
  ...pagesManager,
  ...pagesTechnician,
};
