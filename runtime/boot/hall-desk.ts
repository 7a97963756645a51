/** What pages see of a running hub: the hub and its store in the shape the web server declares. */
import type { HallRules } from '../../devices/contract/hall.ts';
import type { Hub } from '../hub/hub.ts';
import { hallView, serviceView, windowView } from '../hub/views.ts';
import { openTickets } from '../queue/selectors.ts';
import type { HallState } from '../queue/state.ts';
import type { HallStore } from '../store/store.ts';
import type { BalanceProposal, HallDesk, HallSnapshot, NodeSummary, Submitted } from '../web/needs.ts';

const ticketLimit = 500;

export function hallDeskOf(hub: Hub, store: HallStore, rules: HallRules): HallDesk {
  return {
    rules,
    onChange: (listener) => hub.changed.on(listener),
    privateText: (reference) => hub.privateText(reference),
    query: (sql, parameters) => store.query(sql, parameters),
    async submit(type, data, by, commandId): Promise<Submitted> {
      const answer = await hub.submit(type, data, by, commandId);
      if (!answer.ok) return { ok: false, error: answer.error ?? { code: 'failure', message: 'refused' } };
      return { ok: true, result: answer.result };
    },
    snapshot: (): HallSnapshot => {
      const { state } = hub.loop;
      const head = { epoch: hub.epoch, rev: 0, at: hub.loop.now() };
      return {
        hub: { state: 'leading', epoch: hub.epoch, timeMs: head.at },
        hall: hallView(state, rules, hub.notices(), head),
        windows: rules.windows.flatMap(({ id }) => windowView(state, rules, id, head) ?? []),
        services: rules.services.flatMap(({ id }) => serviceView(state, id, head) ?? []),
        tickets: openTickets(state, ticketLimit),
        nodes: hub.nodes.all().map(
          (known): NodeSummary => ({
            node: known.node,
            state: known.state,
            sinceMs: known.sinceMs,
            otherWaits: hub.streams.waiting.has(known.node),
            devices: hub.nodes.devicesOf(known),
          }),
        ),
        kiosks: hub.kiosks.map(({ node, id, name }) => ({ node, id, name })),
        proposal: proposalOf(state),
        counters: hub.allCounters(),
      };
    },
  };
}

function proposalOf({ proposal }: HallState): BalanceProposal | undefined {
  if (proposal === null) return undefined;
  const { window, why, ...what } = proposal.change;
  return { proposal: proposal.id, window, why, until: proposal.until, ...what };
}
