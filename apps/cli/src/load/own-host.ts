import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { errorMessage } from '#antenna/errors';
import { CliError } from '../cli-error.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Refuses to load a host that is not this machine, unless the user says that they may.
 * @throws CliError
 */
export async function assertOwnHost(
  url: URL,
  { confirmed }: { confirmed: boolean },
): Promise<void> {
  if (confirmed) return;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    throw new CliError(`cannot find host ${host} of --url: ${errorMessage(error)}`, 1, {
      cause: error,
    });
  });
  const foreign = found.find(
    ({ address, family }) => !loopback.check(address, family === 6 ? 'ipv6' : 'ipv4'),
  );
  if (foreign) {
    throw new CliError(
      `${host} is ${foreign.address}, which is not this machine; load can make a collector refuse other clients: ` +
        'if the host is yours, give --yes-this-is-mine',
    );
  }
}
