import { systemCode } from '#antenna/errors';
import { StartupError } from '../startup-error.js';

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; set PORT to another',
  EACCES: 'this user is not allowed to use the port; set PORT to 1024 or higher',
  ENOTSUP: 'this system cannot share a port between processes; unset REUSE_PORT',
  EADDRNOTAVAIL:
    'this machine does not have the address; set HOST to an address of this machine, or to :: for all',
  ENOTFOUND: 'the host name is unknown; set HOST to an address of this machine, or to :: for all',
  EAI_AGAIN: 'the host name is unknown; set HOST to an address of this machine, or to :: for all',
  EINVAL: 'the address is not valid; set HOST to an address of this machine, or to :: for all',
};

/** Explains a failure to listen to the operator; returns an error that they cannot fix unchanged. */
export function listenError(error: unknown, host: string, port: number): unknown {
  const reason = reasons[systemCode(error) ?? ''];
  if (reason === undefined) return error;
  const address = host.includes(':') ? `[${host}]` : host;
  return new StartupError(`cannot listen on ${address}:${port}: ${reason}`, { cause: error });
}
