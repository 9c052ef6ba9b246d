import { readFileSync } from 'node:fs';
import { systemCode } from './blob-file-error.js';

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
