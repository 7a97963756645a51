/** From the reports of a HID pad to its profile: standard pages name their usages, for vendor pages a table is made. */
import { hex } from '../bytes/hex.ts';
import { reportOctets, splitReport, usagesOn } from '../hid/hid-report.ts';
import { idOf, isKeyPage, pageOf, pages } from '../hid/hid-usages.ts';
import { layoutOf } from './hid-standard.ts';
import { learnRule } from './learn-events.ts';
import {
  alike,
  type KeySample,
  type Learned,
  learnedProfile,
  learnedSource,
  positionsOf,
  releasesOf,
} from './learned.ts';
import { usageCode } from './profile-keys.ts';

const modifierFirst = 0xe0;

export function learnHid(samples: readonly KeySample[], model: string, descriptor: Uint8Array): Learned {
  const layout = layoutOf(descriptor);
  const problem = alike(samples);
  if (problem !== undefined) return { ok: false, problem };
  const pressed = samples.map(({ messages: [report = new Uint8Array()] }) => {
    const { number, data } = splitReport(layout, report);
    const on = (usagesOn(layout.inputs, number, data) ?? []).filter(isLearnable);
    return { number, data, on };
  });
  const codes = pressed.map(({ on: [usage] }) => usage).filter((usage) => usage !== undefined);
  if (codes.length === samples.length) {
    const keyboard = codes.every((usage) => pageOf(usage) === pages.keyboard);
    return learnedProfile({
      ...(keyboard
        ? { protocol: 'hid-keyboard', timing: { rollover: true } }
        : { protocol: 'hid-standard', wire: { descriptor: hex(descriptor) } }),
      model,
      source: learnedSource,
      keys: samples.map(({ key }, each) => ({
        key,
        code: usageCode(pageOf(codes[each] ?? 0), idOf(codes[each] ?? 0)),
      })),
    });
  }
  const [first] = pressed;
  if (first === undefined || pressed.some(({ number }) => number !== first.number))
    return { ok: false, problem: 'the keys come in different reports: write the table by hand' };
  const presses = pressed.map(({ data }) => data);
  const releases = releasesOf(samples).map((report) => splitReport(layout, report).data);
  const learned = learnRule(presses, releases, positionsOf(presses, releases));
  if (learned === undefined) return { ok: false, problem: 'where key and release stand in the report is not clear' };
  return learnedProfile({
    protocol: 'hid-table',
    model,
    source: learnedSource,
    keys: samples.map(({ key }, each) => ({ key, code: learned.codes[each] ?? 0 })),
    wire: {
      descriptor: hex(descriptor),
      events: [{ function: first.number, ...learned.rule } as never],
      report_octets: 1 + Math.max(0, ...reportOctets(layout.outputs).values()),
    },
  });
}

function isLearnable(usage: number): boolean {
  if (!isKeyPage(usage)) return false;
  return pageOf(usage) !== pages.keyboard || (idOf(usage) > 3 && idOf(usage) < modifierFirst && idOf(usage) !== 0x53);
}
