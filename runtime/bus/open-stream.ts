/**
 * The socket under an MQTT connection. The library's own brings web sockets and proxies with it, which no box of a hall needs.
 * TLS loads where it is spoken.
 */
import { connect, isIP, type Socket } from 'node:net';

export interface StreamOptions {
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  readonly url: string;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

const plainPort = 1883;
const tlsPort = 8883;

export function openStream({ url, ca, cert, key }: StreamOptions): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const socket =
    protocol === 'mqtt:'
      ? connect({ host, port: Number(port || plainPort) })
      : process.getBuiltinModule('node:tls').connect({
          host,
          port: Number(port || tlsPort),
          // RFC 6066, section 3: a name, never an address.
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
          ...(cert === undefined ? {} : { cert }),
          ...(key === undefined ? {} : { key }),
        });
  // Without it a command's round trip costs 44 to 88 ms: Nagle at one end, delayed acknowledgement at the other.
  socket.setNoDelay(true);
  return socket;
}
