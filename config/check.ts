/** What refers to what in a hall's file of the right shape: everything that a schema cannot say. */
import { checkBroker } from './check-broker.ts';
import { checkCalendar } from './check-calendar.ts';
import { checkDrivers } from './check-drivers.ts';
import { checkRules } from './check-rules.ts';
import { checkTexts } from './check-texts.ts';
import { checkTicket } from './check-ticket.ts';
import { checkWiring } from './check-wiring.ts';
import type { ConfigProblem } from './config-error.ts';
import { type CheckAgainst, Findings } from './findings.ts';
import type { HallFile } from './schema.ts';
import { wiresOf } from './wires.ts';
import type { YamlSource } from './yaml-source.ts';

export function checkHall(file: HallFile, source: YamlSource, against: CheckAgainst): ConfigProblem[] {
  const findings = new Findings(source, against.gone);
  checkCalendar(file, findings);
  checkRules(file, findings);
  const wires = wiresOf(file);
  checkWiring(file, wires, findings, against);
  checkTicket(file, wires, findings, against);
  const boardFonts = checkDrivers(wires, findings, against);
  checkTexts(file, findings, { paper: against.catalogue.font, boards: boardFonts });
  checkBroker(file, findings);
  return findings.problems;
}
