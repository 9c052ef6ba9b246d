import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { stagedEnvelopeKey } from '#antenna/crash-report';
import { interceptQueue, waitFor } from '#antenna/testing';

import { CrashmoverUnderTest } from '../../test/crashmover-under-test.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let mover: CrashmoverUnderTest;

beforeEach(async () => {
  mover = await CrashmoverUnderTest.create();
});

afterEach(() => mover.dispose());

describe('publishing', () => {
  it('sends the bare crash id to the processing queue and clears staging and intake', async () => {
    const { crashId } = await mover.ship();
    await mover.start();
    await mover.intakeEmpty();

    expect(await mover.published()).toEqual([crashId]);
    expect(await mover.keysOf(mover.staging)).toEqual([]);
    expect(await mover.telemetry.value('antenna.crashmover.published')).toBe(1);
  });

  it('passes the trace context on', async () => {
    const tracestate = 'vendor=value';
    await mover.ship({}, { traceparent, tracestate, other: 'not passed on' });
    await mover.start();
    await mover.intakeEmpty();

    const [message] = await mover.processing.peek(1);
    expect(message?.attributes).toEqual({ traceparent, tracestate });
  });

  it('does not publish a deferred crash, but saves it', async () => {
    const { crashId } = await mover.ship({ verdict: 'defer' });
    await mover.start();
    await mover.intakeEmpty();

    expect(await mover.keysOf(mover.crashes)).toContain(`v1/raw_crash/20261122/${crashId}`);
    expect(await mover.published()).toEqual([]);
    expect(await mover.keysOf(mover.staging)).toEqual([]);
    const outcome = await mover.telemetry.value('antenna.crashmover.outcomes', {
      outcome: 'saved',
    });
    expect(outcome).toBe(1);
  });
});

describe('publishing to a failing processing queue', () => {
  it.each([
    [
      'the call',
      () => {
        throw new Error('no queue today');
      },
    ],
    ['this message', () => [{ ok: false, code: 'InternalError', retryable: true } as const]],
  ])(
    'keeps the crash in staging and publishes it later when the queue refuses %s',
    async (_, fail) => {
      let broken = true;
      let attempts = 0;
      const processing = {
        ...interceptQueue(mover.processing, () => undefined),
        send: async (messages: readonly { body: string }[]) => {
          attempts += 1;
          return broken ? fail() : await mover.processing.send(messages);
        },
      };
      const { crashId } = await mover.ship();
      await mover.start({ adapters: { processing }, env: { RETRY_BASE: '10ms' } });
      await waitFor(() => attempts >= 2);

      expect(await mover.keysOf(mover.staging)).toEqual([stagedEnvelopeKey(crashId)]);
      expect(await mover.intake.peek(10)).toHaveLength(1);
      expect(await mover.published()).toEqual([]);
      broken = false;
      await mover.intakeEmpty();
      expect(await mover.published()).toEqual([crashId]);
      expect(await mover.keysOf(mover.staging)).toEqual([]);
    },
  );
});
