import { readFile, writeFile } from 'node:fs/promises';

/** What the kernel counts for a process and its threads. */
export interface ProcessUsage {
  /** User and system time. */
  readonly cpuMs: number;
  /** Most memory resident at once, since the start or the last reset. */
  readonly peakRssBytes: number;
  /** Bytes that were, or will be, sent to the disk on its behalf (proc_pid_io(5)). */
  readonly diskWriteBytes: number;
}

/** A tick of /proc/<pid>/stat: USER_HZ, which is 100 on every architecture that Node runs on. */
const tickMs = 10;

/** @throws Error when the process is gone, or the system has no Linux /proc */
export async function readUsage(pid: number): Promise<ProcessUsage> {
  const [stat, status, io] = await Promise.all(
    ['stat', 'status', 'io'].map(async (name) => await readFile(`/proc/${pid}/${name}`, 'latin1')),
  );
  return {
    cpuMs: cpuTicks(stat ?? '') * tickMs,
    peakRssBytes: field(status ?? '', /^VmHWM:\s*(\d+) kB$/m) * 1024,
    diskWriteBytes: field(io ?? '', /^write_bytes: (\d+)$/m),
  };
}

/** Makes the memory in use now the new peak (proc_pid_clear_refs(5), value 5). */
export async function resetPeakRss(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** Fields 14 and 15; the name in field 2 may hold spaces, so they are counted after its bracket. */
function cpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function field(text: string, pattern: RegExp): number {
  const value = pattern.exec(text)?.[1];
  if (value === undefined) throw new Error(`/proc has no ${pattern.source}`);
  return Number(value);
}
