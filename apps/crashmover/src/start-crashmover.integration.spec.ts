import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { MessageQueueError } from '#antenna/message-queue';
import { loadConfig } from '#antenna/service';
import { interceptBlobStore, interceptQueue, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../test/crashmover-under-test.js';
import { CrashmoverConfig } from './crashmover.config.js';

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

describe('the HTTP server of crashmover', () => {
  it.each([
    '/__version__',
    '/__heartbeat__',
    '/__lbheartbeat__',
    '/health/startup',
    '/health/live',
    '/health/ready',
  ])('answers %s with status 200', async (path) => {
    const { url } = await mover.start();

    expect((await fetch(url + path)).status).toBe(200);
  });

  it('checks both stores and all three queues', async () => {
    const { url } = await mover.start();
    const answer = await fetch(`${url}/__heartbeat__`);

    expect(await answer.json()).toEqual({
      status: 'ok',
      checks: {
        staging: 'ok',
        crashes: 'ok',
        intake: 'ok',
        processing: 'ok',
        dead_letters: 'ok',
      },
      errors: [],
    });
  });

  it('reports queue depth and crashes in flight as metrics', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const crashes = interceptBlobStore(mover.crashes, async ({ operation }) => {
      if (operation === 'put') await released;
    });
    await mover.ship();
    await mover.ship();
    await mover.start({ adapters: { crashes }, env: { CONCURRENCY: '1' } });
    const { value } = mover.telemetry;
    await waitFor(async () => (await value('antenna.crashmover.in_flight')) === 1);

    expect(await value('antenna.crashmover.intake.depth')).toBe(1);
    release();
    await mover.intakeEmpty();
    await waitFor(async () => (await value('antenna.crashmover.in_flight')) === 0);
    expect(await value('antenna.crashmover.intake.depth')).toBe(0);
    expect(await value('antenna.crashmover.outcomes', { outcome: 'published' })).toBe(2);
  });
});

describe('a crashmover without one of its queues', () => {
  it('reports the queue, takes no crash, and starts as soon as the queue exists', async () => {
    let missing = true;
    let checks = 0;
    const deadLetters = interceptQueue(mover.deadLetters, (operation) => {
      if (operation !== 'check') return;
      checks += 1;
      if (missing) throw new MessageQueueError('no_such_queue', 'no queue antenna-dead');
    });
    const { crashId } = await mover.ship();
    const { url } = await mover.start({ adapters: { deadLetters } });
    await waitFor(() => checks >= 2);

    expect(await mover.published()).toEqual([]);
    expect(await mover.intake.depth()).toMatchObject({ visible: 1, inFlight: 0 });
    const heartbeat = await fetch(`${url}/__heartbeat__`);
    expect(heartbeat.status).toBe(503);
    expect(await heartbeat.json()).toMatchObject({
      errors: ['dead_letters: no queue antenna-dead'],
    });
    expect(mover.logger.messages).toContain('health check of dead_letters failed');
    missing = false;
    await mover.intakeEmpty();
    expect(await mover.published()).toEqual([crashId]);
  });
});

describe('closing crashmover', () => {
  it('finishes the crashes in flight and leaves the others to another process', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let started = 0;
    const crashes = interceptBlobStore(mover.crashes, async ({ operation, key }) => {
      if (operation !== 'put' || !key.startsWith('v1/raw_crash/')) return;
      started += 1;
      await released;
    });
    for (let n = 0; n < 6; n += 1) await mover.ship();
    await mover.start({ adapters: { crashes }, env: { CONCURRENCY: '2' } });
    await waitFor(() => started === 2);
    const stopped = mover.stop();
    release();
    await stopped;

    expect(await mover.published()).toHaveLength(2);
    expect(await mover.intake.depth()).toMatchObject({ visible: 4, inFlight: 0 });
    await mover.start();
    await mover.intakeEmpty();
    expect(await mover.published()).toHaveLength(6);
  });

  it('does not wait for further messages', async () => {
    await mover.start();

    await expect(mover.stop()).resolves.toBeUndefined();
  });
});

describe('the configuration of crashmover', () => {
  it('rejects a RETRY_BASE longer than RETRY_MAX', () => {
    const env = { RETRY_BASE: '2m', RETRY_MAX: '1m' };
    expect(() => loadConfig(CrashmoverConfig, env)).toThrow(
      /RETRY_BASE must not be longer than RETRY_MAX/,
    );
  });

  it('names every invalid variable', () => {
    const env = { CONCURRENCY: '0', DUMP_CHECKSUM: 'crc', VISIBILITY_TIMEOUT: '13h' };
    expect(() => loadConfig(CrashmoverConfig, env)).toThrow(
      /3 problems.*CONCURRENCY=0.*VISIBILITY_TIMEOUT=13h.*DUMP_CHECKSUM=crc/s,
    );
  });
});
