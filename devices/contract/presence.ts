/** Who is there: states, births, devices. Retained; a node's will uses the same topic as its state. */
import { z } from 'zod';
import { zId, zInstant, zTicketId } from './terms.ts';

/** Begun once at each start of a hub: more is no epoch that a hub ever had (F25). */
export const highestEpoch = 1_000_000_000_000;

const zEpoch = z.int().min(1).max(highestEpoch);

export const zHubState = z.object({
  v: z.literal(1),
  state: z.enum(['leading', 'lost', 'disconnected']),
  hub: zId,
  epoch: zEpoch,
  /**
   * Epochs that never were, both included: a person has healed the hall. A box that has seen one of them follows this hub
   * all the same.
   */
  void_epochs: z.object({ from: z.int().min(1), through: z.int().min(1) }).optional(),
  /** Hub time of sending; every 2 s. */
  time: zInstant,
  /** What secrets for this hub are sealed to (X25519, base64url); another one for each process. */
  seal_key: z.string().max(64).optional(),
});
export type HubState = z.infer<typeof zHubState>;

/** A hub that has not been heard for so long is stale: boards, lamps and pages say so. */
export const hubStaleAfterMs = 5_000;
export const hubHeartbeatMs = 2_000;
export const nodeHeartbeatMs = 2_000;
export const nodeSilentAfterMs = 5_000;

export const zNodeState = z.object({
  v: z.literal(1),
  state: z.enum(['init', 'ready', 'alert', 'disconnected', 'lost']),
  /** Counts the connections of this node, stored; a `lost` counts only for the session it names. */
  session: z.int().min(1),
  stream: z.uuid().optional(),
  code: z.string().max(64).optional(),
  /** The box's wall clock at sending: the hub compares its own with most of them (F22). Absent where it shares the hub's machine. */
  wall: zInstant.optional(),
});
export type NodeState = z.infer<typeof zNodeState>;

export const zFault = z.object({
  code: z.string().max(64),
  kind: z.enum(['port', 'mute', 'garbled', 'said']),
  severity: z.enum(['warning', 'error']),
  since: zInstant,
  remedy: z.string().max(300),
});

export const zDeviceState = z.object({
  v: z.literal(1),
  device: zId,
  role: z.string().max(32),
  state: z.enum(['closed', 'opening', 'ready', 'busy', 'fault']),
  faults: z.array(zFault).max(32),
  counters: z.record(z.string(), z.number()),
  /** What the role adds: paper, rating lamps, what a board shows. */
  detail: z.record(z.string(), z.unknown()).default({}),
});
export type DeviceState = z.infer<typeof zDeviceState>;

/**
 * `detail.shows` of a board. `wanted`: the board said so. `sent`: one way, nobody can know more. `on-its-way`: not
 * acknowledged yet. `clears-itself`: out of reach, dark when its time is over. `unknown`: out of reach or refusing,
 * something old may stand there. Beside it `self_clears`: whether it can.
 */
export type BoardShows = 'wanted' | 'sent' | 'on-its-way' | 'clears-itself' | 'unknown';

/** `detail.paper` of a device with a ticket printer: for the technician who brings the next roll. */
export const zPaperState = z.object({
  out: z.union([z.boolean(), z.literal('unknown')]),
  near_end: z.union([z.boolean(), z.enum(['unknown', 'unsupported'])]),
  /** Printed since the roll was changed. */
  used_mm: z.number().min(0),
  left_mm: z.number().min(0).nullable(),
  /** The mean of this roll. */
  ticket_mm: z.number().min(0).nullable(),
  tickets_left: z.int().min(0).nullable(),
  /** At the rate of the last hour, to five minutes. */
  ends_at: zInstant.nullable(),
});
export type PaperState = z.infer<typeof zPaperState>;

export const zNodeBirth = z.object({
  v: z.literal(1),
  node: zId,
  session: z.int().min(1),
  stream: z.uuid(),
  last_seq: z.int().min(0),
  /** The highest epoch seen (F11). The hub takes it within what a hall can reach. */
  epoch_seen: z.int().min(0),
  /** Everything up to here was answered: a hub whose mark is lower has forgotten. */
  acked: z.int().min(0).default(0),
  /** The highest number of each prefix that a hub gave through this box. */
  numbers: z.array(zTicketId).max(200).default([]),
  software: z.string().max(64),
  config_rev: z.int().min(0),
  devices: z
    .array(
      z.object({
        device: zId,
        role: z.string().max(32),
        window: zId.optional(),
        capabilities: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .max(400),
});
export type NodeBirth = z.infer<typeof zNodeBirth>;

/** `cmd`: a momentary act with a life (the contract's section 6). */
export const zNodeCmd = z.object({
  v: z.literal(1),
  id: z.string().min(8).max(64),
  corr: z.string().min(8).max(64),
  type: z.string().max(64),
  issued_at: zInstant,
  ttl_ms: z.int().min(1),
  epoch: z.int().min(1),
  device: zId.optional(),
  data: z.unknown(),
});
export type NodeCmd = z.infer<typeof zNodeCmd>;

export const zNodeRes = z.object({
  v: z.literal(1),
  corr: z.string().min(8).max(64),
  node: zId,
  ok: z.boolean(),
  result: z.unknown().optional(),
  error: z.object({ code: z.string().max(64), message: z.string().max(500) }).optional(),
});
export type NodeRes = z.infer<typeof zNodeRes>;
