import { Readable, Writable } from 'node:stream';
import type { CliContext } from '../src/cli-context.js';
import { runCli } from '../src/run-cli.js';

/** An output that keeps what is written to it, and may behave like a terminal or like a closed pipe. */
export class CapturedOutput extends Writable {
  readonly chunks: Buffer[] = [];

  constructor(
    readonly isTTY = false,
    private readonly closesAfter = Number.POSITIVE_INFINITY,
  ) {
    super();
    this.on('error', () => undefined);
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    if (this.chunks.length >= this.closesAfter) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      return;
    }
    this.chunks.push(chunk);
    done();
  }
}

export interface CapturedRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function runCaptured(
  args: readonly string[],
  context: Partial<CliContext> & { stdout?: CapturedOutput; stderr?: CapturedOutput } = {},
): Promise<CapturedRun> {
  const { stdout = new CapturedOutput(), stderr = new CapturedOutput() } = context;
  const code = await runCli(args, testContext({ ...context, stdout, stderr }));
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** A process without files, settings and input. */
export function testContext(given: Partial<CliContext> = {}): CliContext {
  return {
    stdin: Readable.from([]),
    dataDirectory: '/nonexistent/data',
    environment: {},
    now: () => new Date('2026-11-20T10:00:00Z'),
    random: () => 0.5,
    interrupted: new AbortController().signal,
    stdout: new CapturedOutput(),
    stderr: new CapturedOutput(),
    ...given,
  };
}
