/**
 * The access list for a hall on Mosquitto: the same rights as `acl.ts` gives on the embedded broker. `%u` is the user
 * name, which is the node's id (mosquitto.conf(5), `acl_file`; with certificates, `use_identity_as_username true`).
 */
import type { HallId } from '../../../devices/contract/terms.ts';
import { filters, topics } from '../../../devices/contract/topics.ts';

const everyone = '%u';
const anyDevice = '+';

export function mosquittoAcl(hall: HallId, hubUser: string): string {
  const writes = [
    topics.nodeState(hall, everyone),
    topics.nodeBirth(hall, everyone),
    topics.nodeEvt(hall, everyone),
    topics.nodeRes(hall, everyone),
    topics.nodeDevice(hall, everyone, anyDevice),
  ];
  const reads = [
    topics.nodeState(hall, everyone),
    topics.nodeAck(hall, everyone),
    topics.nodeCmd(hall, everyone),
    topics.hubState(hall),
    filters.everyView(hall),
  ];
  return [
    `# Hall ${hall}: written by halld, from its contract.`,
    `user ${hubUser}`,
    `topic readwrite ${topics.hallView(hall).replace(/view\/hall$/, '#')}`,
    '',
    ...writes.map((topic) => `pattern write ${topic}`),
    ...reads.map((topic) => `pattern read ${topic}`),
    '',
  ].join('\n');
}
