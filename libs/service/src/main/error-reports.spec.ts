import { describe, expect, it } from '@jest/globals';
import { recordingLogger, waitFor } from '#antenna/testing';
import { StartupError } from '../startup-error.js';
import { type MainContext, type MainProcess, type Closable, runMain } from './run-main.js';

/** Runs a program and records the events of its process and telemetry in order. */
function run(start: (context: MainContext) => Promise<Closable>) {
  const events: string[] = [];
  const listeners = new Map<string, (...args: unknown[]) => void>();
  const host: MainProcess = {
    on: (event, listener) => listeners.set(event, listener),
    exit: (code) => events.push(`exit ${code}`),
    writeError: () => undefined,
  };
  const telemetry = {
    reportError: (error: unknown, occasion: string) =>
      void events.push(`${occasion}: ${String(error)}`),
    shutdown: async () => {
      await new Promise(setImmediate);
      events.push('flushed');
    },
  };
  void runMain(
    'trial',
    async (context) => {
      context.use({ logger: recordingLogger(), shutdownGrace: 10_000, telemetry });
      return await start(context);
    },
    host,
  );
  return { events, emit: (event: string, error?: unknown) => listeners.get(event)?.(error) };
}

const running = { close: async () => undefined };

describe('runMain', () => {
  it('reports an error during the start and sends the report before the process exits', async () => {
    const { events } = run(async () => {
      throw new StartupError('the port is in use');
    });

    await waitFor(() => events.length === 3);
    expect(events).toEqual(['start-up: StartupError: the port is in use', 'flushed', 'exit 1']);
  });

  it.each(['uncaughtException', 'unhandledRejection'])(
    'reports an unhandled error (%s) and sends the report before the process exits',
    async (event) => {
      const { events, emit } = run(async () => await Promise.resolve(running));
      emit(event, new TypeError('no'));

      await waitFor(() => events.length === 3);
      expect(events).toEqual(['unhandled: TypeError: no', 'flushed', 'exit 1']);
    },
  );
});

it('a clean exit flushes telemetry and reports no error', async () => {
  const { events, emit } = run(async () => await Promise.resolve(running));
  emit('SIGTERM');

  await waitFor(() => events.length === 2);
  expect(events).toEqual(['flushed', 'exit 0']);
});
