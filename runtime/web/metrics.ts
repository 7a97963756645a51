/** What monitoring reads at `/metrics`: the hall's own counters, who waits, what is at fault, and the page server itself. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { LiveFeed } from './live-feed.ts';

export class WebMetrics {
  readonly registry = new Registry();
  readonly requests: Counter<'status'>;
  readonly commands: Counter<'type' | 'outcome'>;
  readonly refused: Counter<'why'>;
  #hall: Record<'leading' | 'epoch' | 'openTickets', Gauge>;
  #waiting: Gauge<'service'>;
  #windows: Gauge<'state'>;
  #nodes: Gauge<'state'>;
  #faults: Gauge<'code' | 'severity'>;
  #counters: Gauge<'name'>;
  #live: Gauge<'what'>;

  constructor() {
    const registers = [this.registry];
    const gauge = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Gauge<L>({ name, help, labelNames, registers });
    this.requests = new Counter({
      name: 'halld_web_requests_total',
      help: 'HTTP answers by status',
      labelNames: ['status'],
      registers,
    });
    this.commands = new Counter({
      name: 'halld_web_commands_total',
      help: 'Commands from pages by type and outcome',
      labelNames: ['type', 'outcome'],
      registers,
    });
    this.refused = new Counter({
      name: 'halld_web_refused_total',
      help: 'Requests refused before anything was done, by reason',
      labelNames: ['why'],
      registers,
    });
    this.#hall = {
      leading: gauge('halld_hub_leading', '1 while the hub leads, 0 while it is away'),
      epoch: gauge('halld_hub_epoch', 'The epoch of the hub'),
      openTickets: gauge('halld_open_tickets', 'Tickets that are not finished'),
    };
    this.#waiting = gauge('halld_waiting', 'People waiting by service', ['service']);
    this.#windows = gauge('halld_windows', 'Windows by state', ['state']);
    this.#nodes = gauge('halld_nodes', 'Boxes by state', ['state']);
    this.#faults = gauge('halld_device_faults', 'Faults present by code', ['code', 'severity']);
    this.#counters = gauge('halld_hall_counter', 'Counters and latencies that the hall gives, by name', ['name']);
    this.#live = gauge('halld_web_live', 'The live feed: readers, and what was dropped since the start', ['what']);
  }

  async text(feed: LiveFeed): Promise<string> {
    this.#collect(feed);
    return this.registry.metrics();
  }

  #collect(feed: LiveFeed): void {
    for (const gauge of [this.#waiting, this.#windows, this.#nodes, this.#faults, this.#counters]) gauge.reset();
    const snapshot = feed.snapshot();
    this.#hall.leading.set(snapshot?.hub.state === 'leading' ? 1 : 0);
    if (snapshot !== undefined) {
      this.#hall.epoch.set(snapshot.hub.epoch);
      this.#hall.openTickets.set(snapshot.tickets.length);
      for (const service of snapshot.services) this.#waiting.set({ service: service.service }, service.waiting);
      for (const window of snapshot.windows) this.#windows.inc({ state: window.state });
      for (const node of snapshot.nodes) {
        this.#nodes.inc({ state: node.state });
        for (const device of node.devices)
          for (const { code, severity } of device.faults) this.#faults.inc({ code, severity });
      }
      for (const [name, value] of Object.entries(snapshot.counters)) this.#counters.set({ name }, value);
    }
    this.#live.set({ what: 'readers' }, feed.readers);
    this.#live.set({ what: 'flushes' }, feed.counts.flushes);
    this.#live.set({ what: 'characters_sent' }, feed.sentBytes);
    this.#live.set({ what: 'dropped_readers' }, feed.counts.droppedReaders);
    this.#live.set({ what: 'dropped_messages' }, feed.counts.wireDropped);
    this.#live.set({ what: 'snapshot_errors' }, feed.counts.snapshotErrors);
  }
}
