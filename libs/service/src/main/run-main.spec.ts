import { describe, expect, it } from '@jest/globals';
import { recordingLogger, waitFor } from '#antenna/testing';
import { ConfigError, StartupError } from '../startup-error.js';
import { type MainContext, type MainProcess, type Closable, runMain } from './run-main.js';

/** A process as `runMain` sees it: signals, unhandled errors and exit. */
class TrialProcess implements MainProcess {
  readonly exits: number[] = [];
  readonly written: string[] = [];
  private readonly listeners = new Map<string, (...args: unknown[]) => void>();

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.listeners.set(event, listener);
  }

  emit(event: string, ...args: unknown[]): void {
    this.listeners.get(event)?.(...args);
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  writeError(string: string): void {
    this.written.push(string);
  }

  async ended(): Promise<number[]> {
    await waitFor(() => this.exits.length > 0);
    return this.exits;
  }
}

function run(start: (context: MainContext) => Promise<Closable>, shutdownGrace = 10_000) {
  const host = new TrialProcess();
  const logger = recordingLogger();
  const done = runMain(
    'trial',
    async (context) => {
      context.use({ logger, shutdownGrace });
      return await start(context);
    },
    host,
  );
  return { host, logger, done };
}

/** A promise that a spec keeps pending until it opens the gate. */
class Gate {
  open = (): void => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

const never = async (): Promise<void> => await new Promise(() => undefined);

describe('a program that cannot start', () => {
  it.each([
    [
      'a wrong setting',
      new ConfigError(['PORT=x: must be a number']),
      'the configuration has 1 problem:\n  PORT=x: must be a number',
    ],
    ['an error of the operator', new StartupError('the port is in use'), 'the port is in use'],
    [
      'a failed system call',
      Object.assign(new Error("EACCES: permission denied, mkdir '/data'"), {
        code: 'EACCES',
        syscall: 'mkdir',
      }),
      "EACCES: permission denied, mkdir '/data'",
    ],
    [
      'a typed error of an adapter',
      Object.assign(new Error('the bucket is not there'), { code: 'not_found', retryable: false }),
      'the bucket is not there',
    ],
  ])(
    'writes a message without a stack to stderr and exits 1: %s',
    async (_case, error, message) => {
      const { host, logger, done } = run(async () => await Promise.reject(error));
      await done;

      expect(host.exits).toEqual([1]);
      expect(host.written).toEqual([`trial cannot start: ${message}\n`]);
      expect(logger.lines).toEqual([]);
    },
  );

  it('logs an internal error and exits 1', async () => {
    const fault = new TypeError('undefined is not a function');
    const { host, logger, done } = run(async () => await Promise.reject(fault));
    await done;

    expect(host.exits).toEqual([1]);
    expect(host.written).toEqual([]);
    expect(logger.lines).toEqual([
      { level: 'error', message: 'trial cannot start', fields: { error: fault } },
    ]);
  });
});

describe('a program that receives a stop signal', () => {
  it.each(['SIGTERM', 'SIGINT'])('closes on %s and exits 0', async (signal) => {
    let closed = 0;
    const { host, done } = run(async () => ({ close: async () => void (closed += 1) }));
    await done;
    expect(host.exits).toEqual([]);
    host.emit(signal);

    expect(await host.ended()).toEqual([0]);
    expect(closed).toBe(1);
  });

  it('also closes when its work is done, and exits with the code that it set', async () => {
    const { host, logger, done } = run(async ({ stop, exitWith }) => {
      setImmediate(stop);
      return { close: async () => exitWith(3) };
    });
    await done;

    expect(await host.ended()).toEqual([3]);
    expect(logger.messages).toEqual(['stopped']);
  });

  it('exits 1 when closing fails', async () => {
    const { host, logger, done } = run(async () => ({
      close: async () => await Promise.reject(new Error('the spool is gone')),
    }));
    await done;
    host.emit('SIGTERM');

    expect(await host.ended()).toEqual([1]);
    expect(logger.messages).toEqual(['SIGTERM: shutting down', 'could not stop cleanly']);
  });

  it('logs a line and exits 1 when closing takes longer than the grace period', async () => {
    const { host, logger, done } = run(async () => ({ close: never }), 20);
    await done;
    host.emit('SIGTERM');

    expect(await host.ended()).toEqual([1]);
    expect(logger.messages.at(-1)).toBe('still busy after 20ms: stopping with work undone');
  });

  it('exits immediately on a second signal', async () => {
    const { host, done } = run(async () => ({ close: never }));
    await done;
    host.emit('SIGTERM');
    expect(host.exits).toEqual([]);
    host.emit('SIGINT');

    expect(host.exits).toEqual([1]);
  });

  it('closes a service that is still starting', async () => {
    let closed = 0;
    const starting = new Gate();
    const { host, done } = run(async ({ signal }) => {
      await starting.opened;
      expect(signal.aborted).toBe(true);
      return { close: async () => void (closed += 1) };
    });
    host.emit('SIGTERM');
    starting.open();
    await done;

    expect(await host.ended()).toEqual([0]);
    expect(closed).toBe(1);
  });
});

describe('a program with an unhandled error', () => {
  it.each(['uncaughtException', 'unhandledRejection'])(
    'logs %s, closes and exits 1',
    async (event) => {
      let closed = 0;
      const fault = new Error('not caught');
      const { host, logger, done } = run(async () => ({ close: async () => void (closed += 1) }));
      await done;
      host.emit(event, fault);

      expect(await host.ended()).toEqual([1]);
      expect(closed).toBe(1);
      expect(logger.lines[0]).toMatchObject({ level: 'error', fields: { error: fault } });
    },
  );

  it('exits 1 if the error occurs while closing', async () => {
    const closing = new Gate();
    const { host, done } = run(async () => ({ close: async () => await closing.opened }));
    await done;
    host.emit('SIGTERM');
    host.emit('uncaughtException', new Error('late'));
    closing.open();

    expect(await host.ended()).toEqual([1]);
  });
});
