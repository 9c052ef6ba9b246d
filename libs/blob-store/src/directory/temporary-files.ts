import { readFileSync } from 'node:fs';
import { isMissing, systemCode } from './blob-file-error.js';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** The folder inside the store; the dot keeps it apart from every key. */
export const temporaryFolder = '.tmp';

/** Longer than any put lasts. The only test left for a file whose process cannot be asked about. */
const foreignAgeMs = 60 * 60 * 1000;

const namePattern = /^(?<pid>\d+)-(?<birth>[0-9a-f]+)-\d+@(?<host>.+)$/;

/**
 * Names for files that are not finished, in a store that several processes may share.
 *
 * A name says which process made it, `<pid>-<birth>-<n>@<host>`, so that a start can remove at once what
 * a killed process left. The pid alone would not do: a container's process is pid 1 on every start.
 * Files of another host (a shared volume) are removed when they are an hour old.
 */
export class TemporaryFiles {
  private readonly directory: string;
  private readonly host = hostname();
  // Without /proc only the time of this process's own start can be had, and that is what tells it from
  // an earlier process with its pid.
  private readonly birth = processBirth(process.pid) ?? ownBirth();

  constructor(
    root: string,
    readonly now: () => number = Date.now,
  ) {
    this.directory = join(root, temporaryFolder);
  }

  /** A path that no other process and no other call gets. */
  newPath(): string {
    nextNumber += 1;
    return join(this.directory, `${process.pid}-${this.birth}-${nextNumber}@${this.host}`);
  }

  /** Creates the folder and removes what dead processes left in it. */
  async sweep(): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    for (const name of await readdir(this.directory)) {
      const path = join(this.directory, name);
      if (await this.isStale(name, path)) await rm(path, { force: true, recursive: true });
    }
  }

  private async isStale(name: string, path: string): Promise<boolean> {
    const { pid, birth, host } = namePattern.exec(name)?.groups ?? {};
    if (host !== this.host) {
      try {
        // A linked file keeps the time of its last write; its change time is that of the link.
        return this.now() - (await stat(path)).ctimeMs > foreignAgeMs;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    }
    if (Number(pid) === process.pid) return birth !== this.birth;
    const living = processBirth(Number(pid));
    return living === undefined ? !processExists(Number(pid)) : living !== birth;
  }
}

/** One count for the process: two stores on one directory must not meet in a name. */
let nextNumber = 0;

function ownBirth(): string {
  return Math.round(performance.timeOrigin).toString();
}

/**
 * A mark that a process keeps for its life and that no later process with the same pid shares: the
 * machine's boot and the process's start within it (proc_pid_stat(5), field 22). Undefined when there
 * is no such process, or no /proc to ask.
 */
export function processBirth(pid: number): string | undefined {
  let stat: string;
  let bootId: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
  } catch {
    return undefined;
  }
  // The command name in field 2 may hold spaces and brackets: fields are counted after its last bracket.
  const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startTicks === undefined ? undefined : `${bootId.slice(0, 8)}${startTicks}`;
}

/** Whether a process has this pid now; one that belongs to somebody else counts. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
