import { once } from 'node:events';
import type { Server } from 'node:net';
import { systemCode } from '#antenna/errors';

/** Without IPv6, the system has no such address or not even the address family. */
const noIpv6: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/**
 * Listens on an address. `::` is all addresses, IPv6 and IPv4, or all of IPv4 on a machine that has no IPv6.
 *
 * @throws the system's error if the address cannot be used
 */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await listenOn(server, host, port);
  } catch (error) {
    if (host !== '::' || !noIpv6.has(systemCode(error))) throw error;
    await listenOn(server, '0.0.0.0', port);
  }
}

async function listenOn(server: Server, host: string, port: number): Promise<void> {
  server.listen({ host, port });
  await once(server, 'listening');
}
