import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isMissing, systemCode } from '#antenna/errors';

/** The folder for temporary files inside the store. No key begins with a dot. */
export const temporaryFolder = '.tmp';

/** Longer than any put. Files of other hosts are judged by age, because their processes cannot be looked up. */
const foreignAgeMs = 60 * 60 * 1000;

const namePattern = /^(?<pid>\d+)-(?<startId>[0-9a-f]+)-\d+@(?<host>.+)$/;

/**
 * Names of unfinished files in a store that several processes may share.
 *
 * A name identifies the process that made it, `<pid>-<start id>-<n>@<host>`, so that a start can remove the
 * files of killed processes at once. The pid alone is not enough: a container's process always has pid 1.
 * Files of another host (on a shared volume) are removed when they are an hour old.
 */
export class TemporaryFiles {
  private readonly directory: string;
  private readonly host = hostname();
  // Without /proc, the start time of this process distinguishes it from an earlier one with the same pid.
  private readonly startId = processStartId(process.pid) ?? ownStartId();

  constructor(
    root: string,
    readonly now: () => number = Date.now,
  ) {
    this.directory = join(root, temporaryFolder);
  }

  /** Returns a path that is unique across processes and calls. */
  newPath(): string {
    nextNumber += 1;
    return join(this.directory, `${process.pid}-${this.startId}-${nextNumber}@${this.host}`);
  }

  /** Creates the folder and removes the files of dead processes. */
  async sweep(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    for (const name of await readdir(this.directory)) {
      const path = join(this.directory, name);
      if (await this.isStale(name, path)) await rm(path, { force: true, recursive: true });
    }
  }

  private async isStale(name: string, path: string): Promise<boolean> {
    const { pid, startId, host } = namePattern.exec(name)?.groups ?? {};
    if (host !== this.host) {
      try {
        // A hard link keeps the file's modification time; its change time is the time of the link.
        return this.now() - (await stat(path)).ctimeMs > foreignAgeMs;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    }
    if (Number(pid) === process.pid) return startId !== this.startId;
    const living = processStartId(Number(pid));
    return living === undefined ? !processExists(Number(pid)) : living !== startId;
  }
}

/** Shared by all stores of the process, so that two stores on one directory never use the same name. */
let nextNumber = 0;

function ownStartId(): string {
  return Math.round(performance.timeOrigin).toString();
}

/**
 * Distinguishes a process from earlier and later ones with the same pid: the machine's boot id and the
 * start time of the process (proc_pid_stat(5), field 22). Undefined if there is no such process or no /proc.
 */
export function processStartId(pid: number): string | undefined {
  let stat: string;
  let bootId: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
  } catch {
    return undefined;
  }
  // The command name in field 2 may contain spaces and brackets: count the fields after its last bracket.
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startTicks === undefined ? undefined : `${bootId.slice(0, 8)}${startTicks}`;
}

/** Whether a process with this pid exists, owned by any user. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
