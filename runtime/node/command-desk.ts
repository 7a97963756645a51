/** Momentary acts that the hub asks of a node (the contract's section 6): never late, never for an older hub, once for each id. */

import type { NodeCmd, NodeRes } from '../../devices/contract/presence.ts';
import { topics } from '../../devices/contract/topics.ts';
import { type Device, type OrderAnswer, refuseOrder } from '../../devices/device.ts';
import type { Log } from '../../drivers/log.ts';
import type { Bus } from '../bus/bus.ts';
import { unsent } from '../bus/unsent.ts';
import type { NodeStore } from '../store/store.ts';
import type { HubSight } from './hub-sight.ts';

export interface CommandDeskParts {
  readonly log: Log;
  readonly hall: string;
  readonly node: string;
  readonly store: NodeStore;
  readonly bus: Bus;
  readonly sight: HubSight;
  readonly rebirth: () => void;
  readonly device: (id: string) => Device | undefined;
}

const remembered = 1000;

export class CommandDesk {
  #parts: CommandDeskParts;
  #answers = new Map<string, Promise<NodeRes>>();

  constructor(parts: CommandDeskParts) {
    this.#parts = parts;
  }

  async take(command: NodeCmd): Promise<void> {
    const { bus, hall, node } = this.#parts;
    const answer = this.#answers.get(command.id) ?? this.#answer(command);
    this.#answers.set(command.id, answer);
    if (this.#answers.size > remembered) this.#answers.delete(this.#answers.keys().next().value ?? '');
    const said = await answer;
    // Nothing was done: asked again, the device may be free.
    if (said.error?.code === 'busy') this.#answers.delete(command.id);
    const res = JSON.stringify(said);
    await bus
      .publish(topics.nodeRes(hall, node), res, { qos: 1 })
      .catch(unsent(this.#parts.log, 'an answer to the hub'));
  }

  async #answer(command: NodeCmd): Promise<NodeRes> {
    const { corr } = command;
    const answer = await this.#do(command).catch((error: unknown) =>
      refuseOrder('failure', String(error).slice(0, 500)),
    );
    return { v: 1, corr, node: this.#parts.node, ...answer };
  }

  async #do({ epoch, issued_at: issuedAt, ttl_ms: ttlMs, type, device, data }: NodeCmd): Promise<OrderAnswer> {
    const { sight, rebirth } = this.#parts;
    if (epoch < sight.sight.epoch) return refuseOrder('stale-epoch', 'this command is from a hub that no longer leads');
    const now = sight.hubTime();
    if (now === undefined || now - issuedAt > ttlMs) return refuseOrder('expired', 'this command came too late');
    if (device !== undefined) {
      const found = this.#parts.device(device);
      if (found?.order !== undefined) return found.order(type, data);
      return refuseOrder('unknown-device', `this box has no device "${device}" that takes orders`);
    }
    if (type !== 'node.rebirth') return refuseOrder('unknown-command', `this node knows no command "${type}"`);
    rebirth();
    return { ok: true };
  }
}
