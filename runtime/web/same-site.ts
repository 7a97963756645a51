/**
 * Against other sites speaking through a visitor's browser: requests are answered only under the names this server is
 * meant to have (DNS rebinding), and acts only when they come from its own pages (cross-site request forgery).
 */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

export function hostAllowed(host: string | undefined, hosts: ReadonlySet<string>): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  return loopbackNames.has(name) || hosts.has(name) || hosts.has(host.toLowerCase());
}

export interface ActHeaders {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Browsers send `Origin` with every act; a program that is no browser sends neither and carries no visitor's rights. */
export function fromOwnPage(headers: ActHeaders): boolean {
  if (headers.fetchSite !== undefined && headers.fetchSite !== 'same-origin' && headers.fetchSite !== 'none')
    return false;
  if (headers.origin === undefined) return true;
  try {
    return new URL(headers.origin).host === headers.host?.toLowerCase();
  } catch {
    return false; // `null`, from a sandboxed frame
  }
}
