import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const timeoutMs = 60_000;

/** Runs a module of this folder in a process of its own, and gives what it prints as JSON. */
export async function runMicro<T>(name: string, ...args: readonly string[]): Promise<T> {
  const entry = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const options = { timeout: timeoutMs };
  const { stdout } = await promisify(execFile)(process.execPath, [entry, ...args], options);
  return JSON.parse(stdout) as T;
}
