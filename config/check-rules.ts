/** Services, matters, departments, windows, clerks: each id once, each reference to something that is there. */
import { ticketClasses } from '../devices/contract/terms.ts';
import type { Findings } from './findings.ts';
import { blockRange } from './rules.ts';
import type { HallFile } from './schema.ts';

/** As `Clerk.pinHash` of the contract: salt and hash in hex. */
const pinHash = /^[0-9a-f]{32,128}:[0-9a-f]{64}$/i;

export function checkRules(file: HallFile, findings: Findings): void {
  for (const list of ['departments', 'matters', 'services', 'windows', 'clerks'] as const)
    findings.unique<{ id: string }>(file[list], (item) => item.id, { path: [list], field: 'id', say: 'the id' });
  findings.unique(file.matters, (matter) => matter.code, { path: ['matters'], field: 'code', say: 'the code' });
  findings.unique(file.services, (service) => service.prefix, {
    path: ['services'],
    field: 'prefix',
    say: 'the prefix',
  });
  findings.unique(file.windows, (window) => window.number, {
    path: ['windows'],
    field: 'number',
    say: 'the window number',
  });
  checkMatters(file, findings);
  checkServices(file, findings);
  checkWindows(file, findings);
  checkClerks(file, findings);
  checkPolicy(file, findings);
  checkBlocks(file, findings);
}

export function idsOf(items: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(items.map((item) => item.id));
}

function checkMatters(file: HallFile, findings: Findings): void {
  const departments = idsOf(file.departments);
  for (const [index, matter] of file.matters.entries()) {
    findings.refers(['matters', index, 'department'], matter.department, departments, 'departments');
    findings.unique(matter.documents, (document) => document.zh, {
      path: ['matters', index, 'documents'],
      field: 'zh',
      say: 'the document',
    });
  }
  const reviewed = file.matters.findIndex((matter) => matter.decided === 'back-office');
  if (reviewed !== -1 && findings.whole && !file.windows.some((window) => window.role === 'certificate'))
    findings.at(
      ['matters', reviewed, 'decided'],
      'the back office decides this matter, and no window hands out what it decides',
      'give a window the role "certificate"',
    );
}

function checkServices(file: HallFile, findings: Findings): void {
  const matters = idsOf(file.matters);
  const { digits, start } = file.numbering;
  const numbers = 10 ** digits - start;
  if (numbers < 1)
    findings.at(
      ['numbering', 'start'],
      `${start} has more than ${digits} digits`,
      `at most ${10 ** digits - 1}, or more digits`,
    );
  const served = new Set(
    file.windows.flatMap(({ role, serves }) => {
      if (role === 'certificate') return [];
      return serves === 'all' ? file.services.map((service) => service.id) : serves.map((each) => each.service);
    }),
  );
  for (const [index, service] of file.services.entries()) {
    const path = ['services', index];
    for (const [m, matter] of service.matters.entries()) {
      findings.refers([...path, 'matters', m], matter, matters, 'matters');
      const first = service.matters.indexOf(matter);
      if (first < m)
        findings.at(
          [...path, 'matters', m],
          `the matter "${matter}" is named twice`,
          'name each matter of a service once',
        );
    }
    if (numbers >= 1 && (service.daily_quota ?? 0) > numbers)
      findings.at(
        [...path, 'daily_quota'],
        `${service.daily_quota} tickets a day do not fit ${digits} digits from ${start}`,
        `at most ${numbers}, or more digits in numbering`,
      );
    if (findings.whole && !served.has(service.id))
      findings.at(
        [...path, 'id'],
        `no window serves "${service.id}": its tickets would never be called`,
        'name it under "serves" of a window',
      );
  }
}

/** Today's and the next day's blocks of all kiosks have to find room in one range. */
function checkBlocks(file: HallFile, findings: Findings): void {
  const { block_size: size, start } = file.numbering;
  if (size === 0) return;
  const { from, to } = blockRange(file.numbering);
  if (from > to || from <= start) {
    const where = file.numbering.block_start === undefined ? 'start' : 'block_start';
    findings.at(
      ['numbering', where],
      `kiosks would give numbers from ${from} to ${to} by themselves, the hub from ${start}`,
      'let block_start be above start and below the end of the range',
    );
    return;
  }
  const buttons = file.nodes.flatMap(({ devices }) =>
    devices.flatMap((device) => (device.role === 'ticket-kiosk' ? [new Set(Object.values(device.buttons))] : [])),
  );
  const kiosks = Math.max(0, ...file.services.map(({ id }) => buttons.filter((each) => each.has(id)).length));
  const room = Math.floor((to - from + 1) / size);
  if (kiosks * 2 > room)
    findings.at(
      ['numbering', 'block_size'],
      `${kiosks} kiosks need ${kiosks * 2} blocks for two days, and ${room} of ${size} fit between ${from} and ${to}`,
      'smaller blocks, or more digits',
    );
}

function checkWindows(file: HallFile, findings: Findings): void {
  const services = idsOf(file.services);
  for (const [index, window] of file.windows.entries()) {
    if (window.serves === 'all') continue;
    const path = ['windows', index, 'serves'];
    for (const [s, { service }] of window.serves.entries())
      findings.refers([...path, s, 'service'], service, services, 'services');
    findings.unique(window.serves, (each) => each.service, { path, field: 'service', say: 'the service' });
  }
}

function checkClerks(file: HallFile, findings: Findings): void {
  const matters = idsOf(file.matters);
  for (const [index, clerk] of file.clerks.entries()) {
    if (clerk.matters !== 'all')
      for (const [m, matter] of clerk.matters.entries())
        findings.refers(['clerks', index, 'matters', m], matter, matters, 'matters');
    if (clerk.pin_hash !== null && !pinHash.test(clerk.pin_hash))
      findings.at(
        ['clerks', index, 'pin_hash'],
        'this is no salted hash',
        'write "salt:hash" in hex (scrypt), never the PIN itself',
      );
  }
}

function checkPolicy({ calling }: HallFile, findings: Findings): void {
  const { policy } = calling;
  if (policy.kind !== 'strict') return;
  const missing = ticketClasses.filter((each) => !policy.order.includes(each));
  if (missing.length > 0)
    findings.at(
      ['calling', 'policy', 'order'],
      `the order leaves out ${missing.join(', ')}`,
      `name each of ${ticketClasses.join(', ')} once`,
    );
}
