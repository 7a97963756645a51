/** What the hall tells visitors when a kiosk is out: why, and which working kiosk nearby gives numbers for the same services. */
import { visitors } from '../../config/locales/visitors.ts';
import { phrase } from '../../config/locales/words.ts';
import type { HallRules } from '../../devices/contract/hall.ts';
import type { LocalText, ServiceId } from '../../devices/contract/terms.ts';
import { goneStates, type NodeRegistry } from './node-registry.ts';

/** A kiosk as visitors know it. */
export interface KioskPlace {
  readonly id: string;
  readonly node: string;
  readonly name: LocalText;
  readonly services: readonly ServiceId[];
  /** The other kiosks, nearest first. */
  readonly neighbours: readonly string[];
}

type Standing = 'works' | 'no-paper' | 'out' | 'unknown';

const aliveStates = new Set(['init', 'ready', 'alert']);

export function kioskNotices(kiosks: readonly KioskPlace[], nodes: NodeRegistry, rules: HallRules): LocalText[] {
  const standing = new Map(kiosks.map((kiosk) => [kiosk.id, standingOf(kiosk, nodes)]));
  const working = (id: string) => standing.get(id) === 'works';
  return kiosks.flatMap((kiosk) => {
    const state = standing.get(kiosk.id);
    if (state !== 'no-paper' && state !== 'out') return [];
    const groups = Map.groupBy(new Set(kiosk.services), (service) =>
      kiosk.neighbours.find(
        (id) => working(id) && kiosks.some((other) => other.id === id && other.services.includes(service)),
      ),
    );
    return [...groups]
      .sort(([a], [b]) => rank(kiosk, a) - rank(kiosk, b))
      .map(([neighbour, services]) => {
        const other = kiosks.find(({ id }) => id === neighbour);
        return notice({ kiosk, state, other, services: groups.size > 1 ? services : [] }, rules);
      });
  });
}

/** Nearest first, "nowhere" last. */
function rank(kiosk: KioskPlace, neighbour: string | undefined): number {
  return neighbour === undefined ? kiosk.neighbours.length : kiosk.neighbours.indexOf(neighbour);
}

function standingOf({ id, node }: KioskPlace, nodes: NodeRegistry): Standing {
  const known = nodes.get(node);
  if (known === undefined) return 'unknown';
  if (goneStates.has(known.state)) return 'out';
  const device = known.devices.get(id);
  if (!aliveStates.has(known.state) || device === undefined) return 'unknown';
  const errors = device.faults.filter(({ severity }) => severity === 'error');
  if (errors.some(({ code }) => code === 'paper-out')) return 'no-paper';
  if (errors.length > 0 || device.state === 'fault') return 'out';
  return device.state === 'ready' || device.state === 'busy' ? 'works' : 'unknown';
}

interface Notice {
  readonly kiosk: KioskPlace;
  readonly state: 'no-paper' | 'out';
  readonly other: KioskPlace | undefined;
  /** None: all of the kiosk's. */
  readonly services: readonly ServiceId[];
}

function notice({ kiosk, state, other, services }: Notice, rules: HallRules): LocalText {
  const names = services.flatMap((id) => rules.services.find((service) => service.id === id)?.name ?? []);
  const desk = rules.windows.find(({ role }) => role === 'desk')?.name;
  const why = phrase(visitors[state === 'no-paper' ? 'kiosk.no-paper' : 'kiosk.out'], { kiosk: kiosk.name });
  const place = other?.name ?? desk;
  const where = place === undefined ? visitors['kiosk.wait'] : phrase(visitors['kiosk.use'], { place });
  if (names.length === 0) return phrase(visitors['kiosk.notice'], { why, where });
  const mark = visitors['kiosk.service-mark'];
  const listed = { zh: names.map(({ zh }) => zh).join(mark.zh), en: names.map(({ en }) => en).join(mark.en) };
  return phrase(visitors['kiosk.notice-of-services'], { why, services: listed, where });
}
