/** The table of topics as data: who writes, whether the broker keeps it, which messages. The generated document is made of this. */
import { z } from 'zod';
import { zCalledByHandResult } from './call.ts';
import { zAck, zEvtEnvelope } from './envelope.ts';
import { zLogLine } from './log.ts';
import { evtSchemas } from './messages.ts';
import { personSchemas, zAsk } from './people.ts';
import { zDeviceState, zHubState, zNodeBirth, zNodeCmd, zNodeRes, zNodeState } from './presence.ts';
import { zCheckInResult, zIssueResult, zLeaseResult } from './ticket.ts';
import { topics } from './topics.ts';
import { zHallView, zServiceView, zWindowView } from './view.ts';

export interface Channel {
  readonly id: string;
  /** With `{hall}`, `{node}`, `{device}`, `{window}`, `{service}` as parameters. */
  readonly address: string;
  readonly writer: 'hub' | 'node';
  readonly retained: boolean;
  /** The writer's will uses the same topic. */
  readonly will: boolean;
  readonly summary: string;
  readonly messages: readonly string[];
}

/** Everything that travels whole in one MQTT message, by name; `evt` types are `evt.<Type>`. */
export const wireSchemas: Readonly<Record<string, z.ZodType>> = {
  HubState: zHubState,
  NodeState: zNodeState,
  NodeBirth: zNodeBirth,
  DeviceState: zDeviceState,
  Ack: zAck,
  NodeCmd: zNodeCmd,
  NodeRes: zNodeRes,
  WindowView: zWindowView,
  ServiceView: zServiceView,
  HallView: zHallView,
  LogLine: zLogLine,
  ...Object.fromEntries(
    Object.entries(evtSchemas).map(([type, data]) => [
      `evt.${type}`,
      zEvtEnvelope.extend({ type: z.literal(type), data }),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(personSchemas).map(([type, data]) => [`ask.${type}`, zAsk.extend({ type: z.literal(type), data })]),
  ),
};

/** Where people ask: not MQTT, so that a telephone number or a complaint never crosses the broker. */
export const asksAddress = '/api/v1/commands';

/** What an answer in an `ack` carries as `result`, by the type of the event it answers. */
export const answerSchemas: Readonly<Record<string, z.ZodType>> = {
  IssueTicket: zIssueResult,
  CheckIn: zCheckInResult,
  CalledByHand: zCalledByHandResult,
  IssuedFromBlock: zIssueResult,
  LeaseBlocks: zLeaseResult,
};

const channel = (
  id: string,
  address: string,
  writer: 'hub' | 'node',
  kept: 'retained' | 'retained, will' | 'momentary',
  summary: string,
  ...messages: readonly string[]
): Channel => ({
  id,
  address,
  writer,
  retained: kept !== 'momentary',
  will: kept === 'retained, will',
  summary,
  messages,
});

const hall = '{hall}';
const node = '{node}';

export const channels: readonly Channel[] = [
  channel(
    'hubState',
    topics.hubState(hall),
    'hub',
    'retained, will',
    'leader, epoch and hub time, every 2 s',
    'HubState',
  ),
  channel(
    'nodeState',
    topics.nodeState(hall, node),
    'node',
    'retained, will',
    'presence of one box, every 2 s',
    'NodeState',
  ),
  channel('nodeBirth', topics.nodeBirth(hall, node), 'node', 'retained', 'what the box is and has', 'NodeBirth'),
  channel(
    'nodeDevice',
    topics.nodeDevice(hall, node, '{device}'),
    'node',
    'retained',
    'health of one device',
    'DeviceState',
  ),
  channel(
    'nodeEvt',
    topics.nodeEvt(hall, node),
    'node',
    'momentary',
    'events from the outbox, repeated until acknowledged',
    ...Object.keys(evtSchemas).map((type) => `evt.${type}`),
  ),
  channel(
    'nodeAck',
    topics.nodeAck(hall, node),
    'hub',
    'momentary',
    'what is on the hub’s disk, with the answers',
    'Ack',
  ),
  channel('nodeCmd', topics.nodeCmd(hall, node), 'hub', 'momentary', 'an act with a life', 'NodeCmd'),
  channel('nodeRes', topics.nodeRes(hall, node), 'node', 'momentary', 'what became of an act', 'NodeRes'),
  channel('windowView', topics.windowView(hall, '{window}'), 'hub', 'retained', 'what a window shows', 'WindowView'),
  channel(
    'serviceView',
    topics.serviceView(hall, '{service}'),
    'hub',
    'retained',
    'what a button shows',
    'ServiceView',
  ),
  channel('hallView', topics.hallView(hall), 'hub', 'retained', 'what the hall board shows', 'HallView'),
  channel('log', topics.log(hall), 'hub', 'momentary', 'the journal, line by line, for other systems', 'LogLine'),
];
