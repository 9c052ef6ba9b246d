import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { errorMessage } from '#antenna/errors';
import { CliError } from './cli-error.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** How a user allows a command to send many reports to another host. */
export const ownHostOption = '--yes-this-is-mine';

/**
 * Refuses a host that is not this machine, unless the user says that it is theirs.
 * @throws CliError
 */
export async function assertOwnHost(
  url: URL,
  { confirmed }: { confirmed: boolean },
): Promise<void> {
  if (confirmed) return;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    const reason = errorMessage(error);
    throw new CliError(`cannot find host ${host} of ${url.href}: ${reason}`, 1, { cause: error });
  });
  const foreign = found.find(
    ({ address, family }) => !loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'),
  );
  if (foreign) {
    const named = host === foreign.address ? host : `${host}, which is ${foreign.address},`;
    throw new CliError(
      `${named} is not this machine; many reports can make a collector refuse its clients: if it is yours, give ${ownHostOption}`,
    );
  }
}
