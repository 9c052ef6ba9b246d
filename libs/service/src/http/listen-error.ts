import { systemCode } from '#antenna/errors';
import { StartupError } from '../startup-error.js';
import { portHolder } from './port-holder.js';

interface Address {
  readonly host: string;
  readonly port: number;
  /** The variable for the port. Default: PORT. */
  readonly portSetting?: string | undefined;
}

const setHost = 'set HOST to an address of this machine, or to :: for all';

const reasons: Readonly<Record<string, (port: number, portSetting: string) => string>> = {
  EADDRINUSE: (port, setting) => `${portInUse(port)}; set ${setting} to another`,
  EACCES: (_port, setting) =>
    `this user is not allowed to use the port; set ${setting} to 1024 or higher`,
  ENOTSUP: () => 'this system cannot share a port between processes; unset REUSE_PORT',
  EADDRNOTAVAIL: () => `this machine does not have the address; ${setHost}`,
  ENOTFOUND: () => `the host name is unknown; ${setHost}`,
  EAI_AGAIN: () => `the host name is unknown; ${setHost}`,
  EINVAL: () => `the address is not valid; ${setHost}`,
};

/** Explains a failure to listen to the operator; returns an error that they cannot fix unchanged. */
export function listenError(error: unknown, address: Address): unknown {
  const { host, port, portSetting = 'PORT' } = address;
  const reason = reasons[systemCode(error) ?? '']?.(port, portSetting);
  if (reason === undefined) return error;
  const name = host.includes(':') ? `[${host}]` : host;
  return new StartupError(`cannot listen on ${name}:${port}: ${reason}`, { cause: error });
}

function portInUse(port: number): string {
  const holder = portHolder(port);
  return holder === undefined ? 'the port is in use' : `the port is in use by ${holder}`;
}
