/** Who may reach the hall over the network: broker credentials, anonymous access, the page's address. */
import { idsOf } from './check-rules.ts';
import type { Findings } from './findings.ts';
import { suggestion } from './nearest.ts';
import type { HallFile } from './schema.ts';

/** The hub's entry in `credentials`, whatever its id. */
const hubEntry = 'hub';

export function checkBroker(file: HallFile, findings: Findings): void {
  const { broker, hub } = file;
  if (!isLoopback(hub.http.host) && !hub.http.guarded)
    findings.at(
      ['hub', 'http', 'host'],
      `"${hub.http.host}" lets every machine that reaches this one act as the hall's hub page`,
      'keep 127.0.0.1, or write "guarded: true" beside it when a reverse proxy or firewall decides who gets in',
    );
  const nodes = idsOf(file.nodes);
  if (nodes.has(hub.id))
    findings.at(['hub', 'id'], `a node has the id "${hub.id}" too`, 'give the hub or the node another id');
  for (const name of Object.keys(broker.credentials))
    if (name !== hubEntry && name !== hub.id && !nodes.has(name))
      findings.atKey(
        ['broker', 'credentials', name],
        `there is no node "${name}"`,
        suggestion(name, [hubEntry, ...nodes], 'nodes'),
      );
  checkNames(file, findings);
  if (broker.kind === 'embedded') checkEmbedded(file, findings);
  else checkExternal(file, findings);
}

/** A credential belongs to one box alone: it opens that box's topics. */
function checkNames({ broker }: HallFile, findings: Findings): void {
  const owners = new Map<string, string>();
  for (const [name, { username }] of Object.entries(broker.credentials)) {
    const other = owners.get(username);
    if (other === undefined) owners.set(username, name);
    else
      findings.at(
        ['broker', 'credentials', name, 'username'],
        `"${other}" has the user name "${username}" too`,
        'give each box its own: a credential opens the topics of one box',
      );
  }
}

function checkEmbedded(file: HallFile, findings: Findings): void {
  const { broker } = file;
  if (broker.kind !== 'embedded') return;
  if (broker.anonymous && !isLoopback(broker.host))
    findings.at(
      ['broker', 'anonymous'],
      `a broker on "${broker.host}" would let everybody in`,
      'anonymous only with host 127.0.0.1; else give each node credentials',
    );
  if (!broker.anonymous) requireCredentials(file, findings, []);
}

function checkExternal(file: HallFile, findings: Findings): void {
  const { broker } = file;
  if (broker.kind !== 'external') return;
  const url = URL.canParse(broker.url) ? new URL(broker.url) : undefined;
  if (url === undefined || url.hostname === '') {
    findings.at(['broker', 'url'], `"${broker.url}" is no address`, 'write "mqtts://host:8883"');
    return;
  }
  if (url.username !== '' || url.password !== '')
    findings.at(
      ['broker', 'url'],
      'a user name or password stands in the address',
      'write them under "credentials", the password in a file of its own',
    );
  if (broker.ca_file !== undefined && url.protocol !== 'mqtts:')
    findings.at(
      ['broker', 'ca_file'],
      'a certificate authority has no use without TLS',
      'write the url with "mqtts://", or leave ca_file out',
    );
  // A broker on this machine may let its own programs in as they are.
  if (!isLoopback(url.hostname)) requireCredentials(file, findings, [hubEntry]);
}

function requireCredentials(file: HallFile, findings: Findings, others: readonly string[]): void {
  if (!findings.whole) return;
  const { credentials } = file.broker;
  const lacking = [...others, ...idsOf(file.nodes)].filter(
    (name) => credentials[name] === undefined && !(name === hubEntry && credentials[file.hub.id] !== undefined),
  );
  if (lacking.length > 0)
    findings.atKey(
      ['broker'],
      `the broker would not let in: ${lacking.join(', ')}`,
      'give each a user name and a password file under broker.credentials (anonymous: true is for the demo on 127.0.0.1)',
    );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
