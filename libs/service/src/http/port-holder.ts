/** Finds the process that uses a port: on Linux only, and only a process of this user, or of any user for root. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** State of a listening socket in /proc/net/tcp. */
const listening = '0A';

/** The process that listens on a TCP port, such as `node (pid 1234)`; undefined if it cannot be found. */
export function portHolder(port: number): string | undefined {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => socketsIn(table, port));
  if (sockets.length === 0) return undefined;
  const pid = filesIn('/proc').find((entry) =>
    filesIn(`/proc/${entry}/fd`).some((fd) => sockets.includes(linkAt(`/proc/${entry}/fd/${fd}`))),
  );
  if (pid === undefined) return undefined;
  const program = basename(linkAt(`/proc/${pid}/exe`)).replaceAll(/\p{Cc}/gu, '?');
  return `${program} (pid ${pid})`;
}

/** The sockets that listen on the port, as the links in /proc/<pid>/fd name them. */
function socketsIn(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return orElse('', () => readFileSync(table, 'utf8'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(suffix) && state === listening)
    .map((columns) => `socket:[${columns[9]}]`);
}

const filesIn = (directory: string): string[] => orElse([], () => readdirSync(directory));
const linkAt = (path: string): string => orElse('', () => readlinkSync(path));

/** Processes end while they are looked at, and those of other users cannot be read. */
function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
