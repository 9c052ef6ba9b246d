import { once } from 'node:events';
import type { Server } from 'node:net';
import { systemCode } from '#antenna/errors';

/** Without IPv6, the system has no such address or not even the address family. */
const noIpv6: ReadonlySet<string | undefined> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Other processes of the same user may listen on the port, too; the system spreads connections over them. Linux and BSD. */
  readonly reusePort?: boolean;
}

/**
 * Listens on an address. `::` is all addresses, IPv6 and IPv4, or all of IPv4 on a machine that has no IPv6.
 *
 * @throws the system's error if the address cannot be used
 */
export async function listen(server: Server, address: ListenAddress): Promise<void> {
  try {
    await listenOn(server, address);
  } catch (error) {
    if (address.host !== '::' || !noIpv6.has(systemCode(error))) throw error;
    await listenOn(server, { ...address, host: '0.0.0.0' });
  }
}

async function listenOn(server: Server, address: ListenAddress): Promise<void> {
  server.listen({ ...address });
  await once(server, 'listening');
}
