// Who can reach a server that listens on an address, in words for the person who started it.
import { networkInterfaces } from 'node:os';
import { isLoopbackName } from './host-guard.ts';

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
}

type Interfaces = ReturnType<typeof networkInterfaces>;

/** One line; names the addresses that other machines can use. */
export function whoCanReach({ host, port, isEncrypted }: Listening, interfaces: Interfaces = networkInterfaces()): string {
  if (isLoopbackName(host)) return 'Only programs on this computer can reach it; --host opens it to the network.';
  const scheme = isEncrypted ? 'https' : 'http';
  const urls = hostsOf(host, interfaces).map((name) => `${scheme}://${name}:${port}/`);
  const who = `Everyone who can reach this computer over the network can reach it: ${urls.join(' ') || 'no network is connected now'}.`;
  if (isEncrypted) return `${who} What is sent is encrypted.`;
  return `${who} What is sent, passwords and tokens too, can be read by others on the network: give --tls-cert and --tls-key, or put a TLS proxy before it.`;
}

/** What stands for the address in URLs of other machines, brackets included; empty while a wildcard has no network. */
export function hostsOf(host: string, interfaces: Interfaces = networkInterfaces()): readonly string[] {
  const hosts = host === '0.0.0.0' || host === '::' ? addresses(interfaces) : [host];
  return hosts.map((name) => (name.includes(':') ? `[${name}]` : name));
}

function addresses(interfaces: Interfaces): readonly string[] {
  const all = Object.values(interfaces).flatMap((list) => list ?? []);
  // Link-local addresses need the name of an interface that only this computer knows.
  return all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:')).map(({ address }) => address);
}
