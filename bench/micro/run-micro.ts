import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs a module as a process of its own, and parses the JSON that it prints. */
export async function runMicro<T>(moduleUrl: string, ...args: readonly string[]): Promise<T> {
  const command = [fileURLToPath(moduleUrl), ...args];
  const options = { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(process.execPath, command, options);
  return JSON.parse(stdout) as T;
}

/** CPU time in microseconds that this process, with all its threads, spends on a piece of work. */
export async function cpuMicroseconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
