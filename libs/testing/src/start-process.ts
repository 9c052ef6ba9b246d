import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { waitFor } from './wait-for.js';

export interface ProcessOptions {
  /** Default: the Node.js binary of this process. */
  readonly command?: string;
  /** Variables added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process whose output is kept as lines. */
export interface RunningProcess {
  readonly pid: number;
  /** Standard output and standard error together, in the order of arrival. */
  readonly lines: readonly string[];
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Resolves when the process has ended and all its output has been read. */
  readonly exit: Promise<ProcessExit>;
  /** Resolves with the first line, past or future, that contains the string or matches the pattern. */
  waitForLine(pattern: string | RegExp, options?: { timeoutMs?: number }): Promise<string>;
  /** Sends the signal to this process alone. */
  kill(signal?: NodeJS.Signals): void;
  /** Sends SIGTERM, and SIGKILL if the process still runs after the time limit (default: 10 seconds). */
  stop(options?: { timeoutMs?: number }): Promise<ProcessExit>;
}

/**
 * Starts `node <args>` or another command. The child is killed if this process exits first.
 * @throws Error if it cannot be started
 */
export async function startProcess(
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<RunningProcess> {
  const command = options.command ?? process.execPath;
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const pid = await started(child);

  const lines: string[] = [];
  const stdout: string[] = [];
  const stderr: string[] = [];
  collectLines(child.stdout, stdout, lines);
  collectLines(child.stderr, stderr, lines);

  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  let exited: ProcessExit | undefined;
  const exit = new Promise<ProcessExit>((resolve) => {
    child.once('close', (code, signal) => {
      process.removeListener('exit', killAtExit);
      exited = { code, signal };
      resolve(exited);
    });
  });

  return {
    pid,
    lines,
    stdout,
    stderr,
    exit,
    async waitForLine(pattern, { timeoutMs = 30_000 } = {}) {
      const find = (): string | undefined =>
        lines.find((line) =>
          typeof pattern === 'string' ? line.includes(pattern) : pattern.test(line),
        );
      await waitFor(() => find() !== undefined || exited, {
        timeoutMs,
        describe: () => `a line with ${String(pattern)} from process ${pid}:\n${lines.join('\n')}`,
      });
      const line = find();
      if (line === undefined) {
        throw new Error(
          `process ${pid} ended (${JSON.stringify(exited)}) without a line with ${String(pattern)}:\n${lines.join('\n')}`,
        );
      }
      return line;
    },
    kill(signal = 'SIGKILL') {
      child.kill(signal);
    },
    async stop({ timeoutMs = 10_000 } = {}) {
      child.kill('SIGTERM');
      const deadline = setTimeout(killAtExit, timeoutMs);
      const how = await exit;
      clearTimeout(deadline);
      return how;
    },
  };
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
}

function collectLines(stream: Readable, ...into: string[][]): void {
  createInterface(stream).on('line', (line) => {
    for (const lines of into) lines.push(line);
  });
}
