import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { BlobStoreError } from '#antenna/blob-store';
import { interceptBlobStore, interceptQueue, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

/** A crash store that fails from its first put on, checks included, until `down` is false. */
function failingCrashes() {
  const state = { down: false, failedPuts: 0, checksSinceLastPut: 0 };
  const store = interceptBlobStore(mover.crashes, ({ operation }) => {
    if (operation === 'put' && state.failedPuts === 0) state.down = true;
    if (!state.down) return;
    if (operation === 'put') {
      state.failedPuts += 1;
      state.checksSinceLastPut = 0;
    } else {
      state.checksSinceLastPut += 1;
    }
    throw new BlobStoreError('unavailable', 'the store is down');
  });
  return { state, store };
}

describe('an outage of the crash store', () => {
  it('uses up no attempts, and moving resumes within seconds after it', async () => {
    const crashIds: string[] = [];
    for (let n = 0; n < 20; n += 1) crashIds.push((await mover.ship()).crashId);
    const { state, store } = failingCrashes();
    const env = { MAX_ATTEMPTS: '1', RETRY_BASE: '10ms', RETRY_MAX: '50ms', CONCURRENCY: '2' };
    await mover.start({ adapters: { crashes: store }, env });
    // Each failed message causes one check and two are in flight; further checks come from the open circuit.
    await waitFor(() => state.checksSinceLastPut >= 4, { timeoutMs: 20_000 });

    expect(state.failedPuts).toBeLessThan(20);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
    state.down = false;
    await mover.intakeEmpty();
    expect((await mover.published()).toSorted()).toEqual(crashIds.toSorted());
    expect(await mover.deadLetters.peek(1)).toEqual([]);
  });

  it('does not make the service unready', async () => {
    await mover.ship();
    const { state, store } = failingCrashes();
    const { url } = await mover.start({ adapters: { crashes: store } });
    await waitFor(() => state.failedPuts > 0);

    const heartbeat = await fetch(`${url}/__heartbeat__`);
    expect(heartbeat.status).toBe(503);
    expect(await heartbeat.json()).toMatchObject({
      checks: {
        crashes: 'error',
        staging: 'ok',
        intake: 'ok',
        processing: 'ok',
        dead_letters: 'ok',
      },
      errors: ['crashes: the store is down'],
    });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});

describe('an outage of the intake queue', () => {
  it('is survived: moving resumes when the queue answers again', async () => {
    let failures = 0;
    let down = true;
    const intake = interceptQueue(mover.intake, (operation) => {
      if (!down || operation !== 'receive') return;
      failures += 1;
      throw new Error('the queue is down');
    });
    const { crashId } = await mover.ship();
    await mover.start({ adapters: { intake } });
    await waitFor(() => failures >= 6);
    down = false;
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual([crashId]);
    expect(mover.logger.lines).toContainEqual({
      level: 'warn',
      message: 'cannot receive from the intake queue',
      fields: { reason: 'the queue is down' },
    });
  });

  it('repeats the move of a crash whose message could not be deleted', async () => {
    let refused = 0;
    const intake = interceptQueue(mover.intake, (operation) => {
      if (operation !== 'delete' || refused > 0) return;
      refused += 1;
      throw new Error('the queue is down');
    });
    const { crashId } = await mover.ship();
    mover.advanceQueueClock(0);
    await mover.start({ adapters: { intake }, env: { VISIBILITY_TIMEOUT: '60s' } });
    await waitFor(() => refused === 1);
    mover.advanceQueueClock(60_000);
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual([crashId]);
    expect(await mover.deadLetters.peek(1)).toEqual([]);
  });
});
