/** A leading hub's parts, built in order from the journal's state, and what each does when another changed. */
import type { LocalText } from '../../devices/contract/terms.ts';
import type { Context } from '../../drivers/context.ts';
import type { Undo } from '../../drivers/signal.ts';
import { Acknowledger } from './acknowledger.ts';
import { Backups } from './backups.ts';
import { Beats } from './beats.ts';
import { BoxAdoption } from './box-adoption.ts';
import { BoxGate } from './box-gate.ts';
import { ClockWatch, trustedClock } from './clock-watch.ts';
import { CommandLoop } from './command-loop.ts';
import { EventLog } from './event-log.ts';
import { Housekeeping } from './housekeeping.ts';
import { HubClock } from './hub-clock.ts';
import type { HubEpoch } from './hub-epoch.ts';
import { HubInbox } from './hub-inbox.ts';
import { HubPresence } from './hub-presence.ts';
import type { HubSettings } from './hub-settings.ts';
import { JournalFeed } from './journal-feed.ts';
import { kioskNotices } from './kiosk-notices.ts';
import { LoginCheck } from './login-check.ts';
import { NodeOrders } from './node-orders.ts';
import { NodeRegistry } from './node-registry.ts';
import { OwnCommands } from './own-commands.ts';
import { PeopleDesk } from './people-desk.ts';
import { Publisher } from './publisher.ts';
import { RatingWatch } from './rating-watch.ts';
import { RestoreWatch } from './restore-watch.ts';
import { type StartState, startState } from './start-state.ts';
import type { Streams } from './streams.ts';

export interface HubPartsSettings extends HubSettings {
  readonly epoch: HubEpoch;
  readonly streams: Streams;
  readonly start: StartState;
}

export class HubParts {
  readonly epoch: HubEpoch;
  readonly streams: Streams;
  readonly beats: Beats;
  readonly nodes: NodeRegistry;
  readonly ratings: RatingWatch;
  readonly loop: CommandLoop;
  readonly own: OwnCommands;
  readonly clock: ClockWatch;
  readonly logins: LoginCheck;
  readonly presence: HubPresence;
  readonly orders: NodeOrders;
  readonly backups: Backups | undefined;
  readonly acks: Acknowledger;
  readonly adoption: BoxAdoption;
  readonly people: PeopleDesk;
  readonly restores: RestoreWatch;
  readonly feed: JournalFeed;
  readonly keeping: Housekeeping;
  readonly publisher: Publisher;
  readonly inbox: HubInbox;
  readonly events: EventLog;
  #settings: HubPartsSettings;

  constructor(context: Context, settings: HubPartsSettings) {
    const { epoch, streams, start, store, bus, rules } = settings;
    const { hall } = rules;
    const { log } = context;
    const at = (part: string): Context => ({ ...context, log: log.at({ part }) });
    this.#settings = settings;
    this.epoch = epoch;
    this.streams = streams;
    this.beats = new Beats(context.clock);
    this.nodes = new NodeRegistry(at('nodes'));
    this.ratings = new RatingWatch(context, { pads: settings.pads ?? [], nodes: this.nodes });
    const gate = new BoxGate(settings.boxes);
    const hubClock = new HubClock(context.clock);
    this.loop = new CommandLoop(at('queue'), {
      store,
      hubClock,
      streams,
      state: start.state,
      lastSeq: start.lastSeq,
      reload: async () => (await startState(store, settings.queueCode, context.log)).state,
      leases: epoch,
      gate,
      before: (command, state) => this.ratings.before(command, state),
    });
    const queue = this.loop;
    this.own = new OwnCommands(context, { loop: this.loop });
    this.clock = new ClockWatch(at('clock'), {
      ...{ hubClock, queue, own: this.own, boxes: () => this.nodes.times() },
      witness: settings.clockWitness ?? trustedClock,
    });
    this.logins = new LoginCheck(rules.clerks);
    const { hubId } = settings;
    this.presence = new HubPresence(at('presence'), {
      ...{ hubId, hall, bus, beats: this.beats, epoch, queue, logins: this.logins },
    });
    this.orders = new NodeOrders(at('orders'), { hall, bus, epoch, queue });
    this.backups = settings.backup && new Backups(at('backup'), { ...settings.backup, store });
    this.acks = new Acknowledger(at('acks'), { bus, hall, epoch, streams, backups: this.backups });
    this.adoption = new BoxAdoption(context, { store, streams, nodes: this.nodes });
    this.people = new PeopleDesk(at('people'), {
      queue,
      orders: this.orders,
      secrets: settings.secrets,
      adoption: this.adoption,
      own: this.own,
      clock: this.clock,
    });
    this.restores = new RestoreWatch(context, {
      ...{ epoch, streams, queue, own: this.own, acks: this.acks, faults: this.nodes.faults },
    });
    this.feed = new JournalFeed(at('feed'), { bus, hall });
    this.keeping = new Housekeeping(at('housekeeping'), {
      store,
      retention: settings.retention,
      queueCode: settings.queueCode,
      lastSnapshot: start.snapshot,
    });
    this.publisher = new Publisher(at('views'), { bus, epoch, queue, rules, notices: () => this.notices() });
    this.inbox = new HubInbox(at('inbox'), {
      hall,
      bus,
      nodes: this.nodes,
      streams,
      orders: this.orders,
      logins: this.logins,
      loop: this.loop,
      acks: this.acks,
      gate,
    });
    this.events = new EventLog(at('queue'));
  }

  /** What each part does when another changed; in this order. Returns how to undo it. */
  connect(): Undo {
    const { loop, acks, inbox, publisher, presence, restores } = this;
    const undo = [
      // A board shows first: whoever pressed the key looks at it.
      loop.committed.on(({ events }) => publisher.apply(events)),
      loop.committed.on(({ answers }) => {
        for (const [node, given] of answers) acks.answer(node, given);
      }),
      loop.committed.on(({ events, firstSeq }) => this.feed.publish(events, firstSeq)),
      loop.committed.on(({ events }) => this.keeping.took(events, loop.state, loop.lastSeq)),
      loop.committed.on(({ events }) => this.events.write(events)),
      loop.committed.on(({ events }) => this.nodes.faults.took(events)),
      loop.repeated.on(({ node, seq, answer }) => acks.answer(node, [{ seq, answer }])),
      loop.conflict.on(({ node, stream }) => acks.refuseStream(node, stream, 'stream-conflict')),
      inbox.changed.on(() => publisher.soon()),
      inbox.born.on((birth) => restores.compare(birth)),
      this.adoption.adopted.on(({ node }) => {
        const mark = this.streams.mark(node);
        if (mark !== undefined) acks.known(node, mark.stream);
      }),
      inbox.arrived.on(() => presence.greetSoon()),
      inbox.deviceReported.on((device) => publisher.holds.boardReported(device)),
      this.epoch.changed.on(() => {
        presence.beat();
        publisher.newEpoch();
      }),
    ];
    return () => {
      for (const each of undo) each();
    };
  }

  /** What visitors should know of faults: a kiosk that is out, and where to go instead. */
  notices(): LocalText[] {
    const { kiosks, rules } = this.#settings;
    return kioskNotices(kiosks ?? [], this.nodes, rules);
  }

  counters(): Readonly<Record<string, number>> {
    return {
      ...this.inbox.counters,
      ...this.loop.counters,
      ...this.publisher.counters,
      ...this.publisher.holds.counters,
      ...this.acks.counters,
      ...this.feed.counters,
      ...this.nodes.counters,
      ...this.nodes.faults.counters,
      ...this.orders.counters,
      ...this.people.counters,
      ...this.keeping.counters,
      ...this.restores.counters,
      ...this.ratings.counters,
      ...this.clock.counters,
      ...this.backups?.counters,
      journal: this.loop.lastSeq,
    };
  }

  /** Nothing is begun any more; what the loop has is the caller's to finish or to drop. */
  quiet(): void {
    this.restores.stop();
    this.backups?.stop();
    this.inbox.close();
    this.orders.stop();
    this.beats.stop();
    this.publisher.stop();
  }
}
