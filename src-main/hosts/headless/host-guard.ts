// Which Host and Origin headers the console's pages answer to: against DNS rebinding and cross-site WebSocket hijacking.
import { isIP } from 'node:net';
import { hostname } from 'node:os';

export interface HostGuardOptions {
  /** What the server listens on. */
  readonly boundHost: string;
  /** Further names it is reached by: a reverse proxy's, a name in the clinic's DNS. */
  readonly allowedHosts?: readonly string[];
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The name in a Host header or an origin, lower case, without port and brackets; null where it is none. */
export function nameOf(authority: string): string | null {
  try {
    const url = new URL(`http://${authority}/`);
    if (url.pathname !== '/' || url.username !== '' || url.search !== '' || url.hash !== '') return null;
    return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  } catch {
    return null;
  }
}

/**
 * A page of another site can make a browser connect here under a name of its own (rebinding), but cannot choose
 * an address for a name: so names have to be known, and addresses are fine as soon as the network is served at all.
 */
export function hostAllowed(hostHeader: string | undefined, { boundHost, allowedHosts = [] }: HostGuardOptions): boolean {
  const name = hostHeader === undefined ? null : nameOf(hostHeader);
  if (name === null) return false;
  if (isLoopbackName(name)) return true;
  const bound = boundHost.toLowerCase();
  if (name === bound || allowedHosts.some((allowed) => nameOf(allowed) === name)) return true;
  if (!WILDCARDS.has(bound)) return false;
  const machine = hostname().toLowerCase();
  return isIP(name) !== 0 || name === machine || name === `${machine}.local`;
}

/** A browser always says where a WebSocket comes from; what sends no Origin is not a browser and carries nobody's sign-in. */
export function originAllowed(origin: string | undefined, hostHeader: string | undefined): boolean {
  if (origin === undefined) return true;
  const match = /^https?:\/\/([^/]+)$/.exec(origin);
  return match?.[1] !== undefined && hostHeader !== undefined && match[1].toLowerCase() === hostHeader.toLowerCase();
}

export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}
