import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { processEnvironment } from '#antenna/service';
import { waitFor } from '#antenna/testing';

import { type ProcessUsage, readUsage, resetPeakRss } from './process-usage.js';

export interface ServerOptions {
  /** Path of the module to run. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where it listens; it has started when it does. */
  readonly port: number;
  /** Flags for Node itself. */
  readonly nodeFlags?: readonly string[];
  /** Called with each line of its log. Default: the log goes to /dev/null. */
  readonly onLogLine?: (line: string) => void;
}

const startTimeoutMs = 30_000;
const stopTimeoutMs = 30_000;
const answerTimeoutMs = 5000;

/** A server under measurement. Its standard error is shown. */
export class ServerProcess {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly pid: number,
  ) {}

  /** @throws Error when it does not listen in time. */
  static async start(options: ServerOptions): Promise<ServerProcess> {
    const { entry, args, env, port, nodeFlags = [], onLogLine } = options;
    const child = spawn(process.execPath, [...nodeFlags, entry, ...args], {
      stdio: ['ignore', onLogLine ? 'pipe' : 'ignore', 'inherit', 'ipc'],
      env: { ...processEnvironment(), ...env },
    });
    if (child.stdout && onLogLine) createInterface({ input: child.stdout }).on('line', onLogLine);
    const killAtExit = (): void => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    child.once('exit', () => process.removeListener('exit', killAtExit));
    await once(child, 'spawn');
    await waitFor(async () => child.exitCode !== null || (await accepts(port)), {
      timeoutMs: startTimeoutMs,
      describe: `${entry} to listen`,
    });
    if (child.exitCode !== null) throw new Error(`${entry} ended with ${child.exitCode}`);
    return new ServerProcess(port, child, child.pid ?? 0);
  }

  async usage(): Promise<ProcessUsage> {
    return await readUsage(this.pid);
  }

  async resetPeakRss(): Promise<void> {
    await resetPeakRss(this.pid);
  }

  /**
   * Sends a message to the process and returns its answer; one question at a time.
   * @throws AbortError when it does not answer
   */
  async ask(question: string): Promise<unknown> {
    const answered = once(this.child, 'message', { signal: AbortSignal.timeout(answerTimeoutMs) });
    this.child.send(question);
    const [answer] = (await answered) as unknown[];
    return answer;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const overdue = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMs);
    await exit;
    clearTimeout(overdue);
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
