/** Momentary acts that the hub asks of a node (the contract's section 6): never late, never for an older hub, once for each id. */
import type { NodeCmd, NodeRes } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import type { Bus } from '../bus/bus.ts';
import type { NodeStore } from '../store/store.ts';
import type { HubSight } from './hub-sight.ts';

export interface CommandDeskParts {
  readonly hall: string;
  readonly node: string;
  readonly store: NodeStore;
  readonly bus: Bus;
  readonly sight: HubSight;
  readonly rebirth: () => void;
}

const remembered = 1000;

export class CommandDesk {
  #parts: CommandDeskParts;
  #answers = new Map<string, NodeRes>();

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
  }

  take(command: NodeCmd): void {
    const before = this.#answers.get(command.id);
    const answer = before ?? this.#do(command);
    this.#answers.set(command.id, answer);
    if (this.#answers.size > remembered) this.#answers.delete(this.#answers.keys().next().value ?? '');
    const { bus, hall, node } = this.#parts;
    bus.publish(topics.nodeRes(hall, node), JSON.stringify(answer), { qos: 1 }).catch(() => {});
  }

  #do(command: NodeCmd): NodeRes {
    const { node, sight, rebirth } = this.#parts;
    const refuse = (code: string, message: string): NodeRes => ({
      v: 1,
      corr: command.corr,
      node,
      ok: false,
      error: { code, message },
    });
    if (command.epoch < sight.sight.epoch)
      return refuse('stale-epoch', 'this command is from a hub that no longer leads');
    const now = sight.hubTime();
    if (now === undefined || now - command.issued_at > command.ttl_ms)
      return refuse('expired', 'this command came too late');
    if (command.type !== 'node.rebirth')
      return refuse('unknown-command', `this node knows no command "${command.type}"`);
    rebirth();
    return { v: 1, corr: command.corr, node, ok: true };
  }
}
