import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { receiveAll, receiveOne, sendBodies } from '../queues-under-test.contract.js';
import { type EmbeddedQueues, openEmbeddedQueues } from './embedded-queues.js';

/** Lets a plain Node process run the TypeScript sources, whose imports have the extension `.js`. */
const sourceHook = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve: (name, context, next) =>
      next(context.parentURL?.endsWith('.ts') ? name.replace(/\\.js$/, '.ts') : name, context),
  });`)}`;

const open = `
  const { openEmbeddedQueues } = await import(process.argv[1]);
  const queue = (await openEmbeddedQueues({ directory: process.argv[2] })).queue('intake');`;

const sendForever = `${open}
  await Promise.all([1, 2, 3, 4].map(async (lane) => {
    for (let n = 0; ; n += 1) {
      const results = await queue.send([{ body: lane + '.' + n }, { body: lane + '.' + n + 'b' }]);
      for (const { messageId } of results) console.log(messageId);
    }
  }));`;

const receiveSixty = `${open}
  for (let count = 0; count < 60; ) {
    const messages = await queue.receive({ max: 7, waitMs: 1000, visibilityTimeoutMs: 60_000 });
    for (const { body, receipt } of messages) {
      await queue.delete(receipt);
      console.log(body);
    }
    count += messages.length;
  }`;

const sendOne = `${open}
  await queue.send([{ body: 'from a child' }]);
  console.log('sent');`;

describe('embedded queues of several processes in one directory', () => {
  let directory: string;
  let opened: EmbeddedQueues[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'queue-processes-'));
    opened = [];
  });

  afterEach(async () => {
    await Promise.all(opened.map((queues) => queues.close()));
    await rm(directory, { recursive: true });
  });

  async function openQueues(): Promise<EmbeddedQueues> {
    const queues = await openEmbeddedQueues({ directory });
    opened.push(queues);
    return queues;
  }

  function start(script: string): ChildProcessByStdio<null, Readable, null> {
    const source = new URL('./embedded-queues.ts', import.meta.url).href;
    const flags = ['--experimental-transform-types', '--disable-warning=ExperimentalWarning'];
    const program = ['--import', sourceHook, '--input-type=module', '--eval', script];
    return spawn(process.execPath, [...flags, ...program, source, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  /** Returns the lines that a child printed until it exited or was killed after this many lines. */
  async function linesOf(script: string, killAfter = Infinity): Promise<string[]> {
    const child = start(script);
    const lines: string[] = [];
    const output = createInterface({ input: child.stdout });
    output.on('line', (line) => {
      lines.push(line);
      if (lines.length === killAfter) child.kill('SIGKILL');
    });
    await Promise.all([once(child, 'exit'), once(output, 'close')]);
    return lines;
  }

  it('keep every message whose send was acknowledged to a killed process', async () => {
    for (const killAfter of [3, 250, 1000]) {
      const acknowledged = await linesOf(sendForever, killAfter);
      const queue = (await openQueues()).queue('intake');
      const { visible } = await queue.depth();
      const received = await receiveAll(queue, visible);
      await Promise.all(received.map(({ receipt }) => queue.delete(receipt)));
      const ids = new Set(received.map(({ messageId }) => messageId));
      expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter);
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    }
  });

  it('let a process exit without closing them', async () => {
    expect(await linesOf(sendOne)).toEqual(['sent']);
  });

  it('wake a waiting receive when another process sends', async () => {
    const queue = (await openQueues()).queue('intake');
    const waiting = receiveOne(queue);
    await linesOf(sendOne);
    expect((await waiting).body).toBe('from a child');
  });

  it('deliver each message to one of two processes', async () => {
    const queue = (await openQueues()).queue('intake');
    const bodies = Array.from({ length: 120 }, (_, index) => `message ${index}`);
    const receivedByOther = linesOf(receiveSixty);
    for (let first = 0; first < 120; first += 10)
      await sendBodies(queue, ...bodies.slice(first, first + 10));
    const receivedHere = await receiveAll(queue, 120 - 67);
    const rest = await receivedByOther;
    receivedHere.push(...(await receiveAll(queue, 120 - 53 - rest.length)));
    const all = [...receivedHere.map(({ body }) => body), ...rest];
    expect(all.toSorted()).toEqual(bodies.toSorted());
  });

  it('can be opened and written to by several callers at the same time', async () => {
    const many = await Promise.all(Array.from({ length: 6 }, openQueues));
    await Promise.all(
      many.map((queues, sender) =>
        Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            sendBodies(queues.queue('intake'), `${sender}.${index}`),
          ),
        ),
      ),
    );
    const shares = await Promise.all(many.map((queues) => receiveAll(queues.queue('intake'), 20)));
    expect(new Set(shares.flat().map(({ body }) => body)).size).toBe(120);
  });
});
