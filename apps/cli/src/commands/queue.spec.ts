import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedQueues, openEmbeddedQueues } from '#antenna/message-queue';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CapturedOutput, type CapturedRun, runCaptured } from '../../test/run-captured.js';

describe('antenna queue', () => {
  let data: TemporaryDirectory;
  let queues: EmbeddedQueues;

  beforeEach(async () => {
    data = await temporaryDirectory();
    queues = await openEmbeddedQueues({ directory: join(data.path, 'queues') });
  });

  afterEach(async () => {
    await queues.close();
    await data.remove();
  });

  function run(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['queue', ...args, '--data-dir', data.path], { now: () => new Date() });
  }

  async function send(name: string, ...bodies: string[]): Promise<void> {
    await queues.queue(name).send(bodies.map((body) => ({ body })));
  }

  it('prints messages and deletes them', async () => {
    await send('processing', 'one', 'two', 'three');
    expect(await run('receive', 'processing', '--max', '2')).toEqual({
      code: 0,
      stdout: 'one\ntwo\n',
      stderr: '',
    });
    expect(await run('receive', 'processing')).toMatchObject({ stdout: 'three\n' });
    expect(await queues.queue('processing').depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('keeps the messages with --keep, and prints each once', async () => {
    await send('processing', 'one', 'two');
    const { stdout } = await run('receive', 'processing', '--keep');
    expect(stdout).toBe('one\ntwo\n');
    expect(await queues.queue('processing').depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it('reports an empty queue', async () => {
    await send('processing', 'one');
    await run('receive', 'processing');
    const empty = { code: 0, stdout: '', stderr: 'queue processing has no visible messages\n' };
    expect(await run('receive', 'processing')).toEqual(empty);
    expect(await run('peek', 'processing')).toEqual(empty);
  });

  it('keeps a message that it cannot print', async () => {
    await send('processing', 'one', 'two', 'three');
    const stdout = new CapturedOutput(false, 1);
    const args = ['queue', 'receive', 'processing', '--data-dir', data.path];
    expect(await runCaptured(args, { stdout })).toEqual({ code: 0, stdout: 'one\n', stderr: '' });
    expect(await queues.queue('processing').depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it('peeks without receiving, and marks hidden messages', async () => {
    await send('intake', 'one', 'two');
    await queues.queue('intake').receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 3_600_000 });
    const { stdout } = await run('peek', 'intake');
    expect(stdout).toMatch(/^two\none {2}\(received once, hidden for (59m|1h)\)\n$/);
    expect(await queues.queue('intake').depth()).toMatchObject({ visible: 1, inFlight: 1 });
    expect(await run('peek', 'intake', '--max', '1')).toMatchObject({ stdout: 'two\n' });
  });

  it('lists the queues with their depths', async () => {
    await send('intake', 'one', 'two');
    await send('processing', 'three');
    await queues.queue('intake').receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 60_000 });
    const { stdout } = await run('ls');
    expect(stdout.split('\n').map((line) => line.split(/\s{2,}/))).toEqual([
      ['queue', 'visible', 'in flight', 'oldest'],
      ['intake', '1', '1', expect.stringMatching(/^\ds$/)],
      ['processing', '1', '0', expect.stringMatching(/^\ds$/)],
      [''],
    ]);
  });

  it('prints JSON with --json', async () => {
    await send('intake', 'one');
    const { stdout: list } = await run('ls', '--json');
    expect(JSON.parse(list)).toEqual([
      { queue: 'intake', visible: 1, inFlight: 0, oldestAgeMs: expect.any(Number) },
    ]);
    const { stdout: peeked } = await run('peek', 'intake', '--json');
    expect(JSON.parse(peeked)).toMatchObject({ body: 'one', receiveCount: 0 });
    expect(await run('receive', 'intake', '--json', '--keep')).toMatchObject({
      stdout: '{"body":"one"}\n',
    });
    expect(await run('receive', 'intake', '--json')).toMatchObject({ stdout: '{"body":"one"}\n' });
    expect(await run('receive', 'intake', '--json')).toMatchObject({ stdout: '' });
  });

  it('rejects a queue that never had a message', async () => {
    await send('intake', 'one');
    expect(await run('peek', 'intaek')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: no queue "intaek" (a queue exists after its first message); the queues are: intake\n',
    });
    expect(await queues.names()).toEqual(['intake']);
  });

  it.each([['ls'], ['peek', 'intake'], ['receive', 'intake']])(
    'creates nothing where there are no queues: %s',
    async (...args) => {
      const empty = await temporaryDirectory();
      const command = ['queue', ...args, '--data-dir', empty.path];
      expect(await runCaptured(command)).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: no queues in ${join(empty.path, 'queues')}\n`,
      });
      expect(await readdir(empty.path)).toEqual([]);
      await empty.remove();
    },
  );
});
