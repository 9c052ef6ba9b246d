import { Readable } from 'node:stream';
import { type MessageQueue, MessageQueueError } from '#antenna/message-queue';
import { interceptQueue } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorData } from '../../test/operator-data.js';
import { CapturedOutput } from '../../test/run-captured.js';
import type { CliContext } from '../cli-context.js';
import { Pace } from '../pace.js';
import { RunState } from '../crashes/run-state.js';
import { republish } from './republish.js';
import { sendCrashIds } from './send-crash-ids.js';

const { signal } = new AbortController();
const crashIds = Array.from(
  { length: 25 },
  (_, index) => `de1bb258-cbbf-4589-a673-34f8000000${String(index).padStart(2, '0')}`,
);
let data: OperatorData;
let processing: MessageQueue;

beforeEach(async () => {
  data = await OperatorData.create();
  ({ processing } = data.backend);
});

afterEach(() => data.dispose());

function send(queue: MessageQueue) {
  const pace = new Pace(10_000, signal);
  return sendCrashIds(queue, crashIds, { pace, onSent: () => undefined });
}

/** The queue takes all but the fifth of each batch after the first. */
function withoutTheFifth(): MessageQueue {
  let calls = 0;
  return {
    ...interceptQueue(processing, () => undefined),
    send: async (messages) => {
      calls += 1;
      if (calls === 1) return await processing.send(messages);
      const taken = await processing.send(messages.filter((_, index) => index !== 4));
      return taken.toSpliced(4, 0, { ok: false, code: 'InternalError', retryable: true });
    },
  };
}

/** The queue goes away after the first batch. */
function awayAfterTheFirst(): MessageQueue {
  let calls = 0;
  return interceptQueue(processing, (operation) => {
    calls += operation === 'send' ? 1 : 0;
    if (calls > 1) throw new MessageQueueError('unavailable', 'no answer');
  });
}

async function runRepublish(after?: string, queue = withoutTheFifth()) {
  const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
  const context: CliContext = {
    stdin: Readable.from([]),
    stdout,
    stderr,
    environment: {},
    dataDirectory: data.path,
    now: () => new Date(),
    random: () => 0.5,
    interrupted: signal,
  };
  const plan = { crashIds, deferredLeftOut: 0, after };
  const state = new RunState(undefined, {});
  const error = await republish(queue, plan, context, { rate: 10_000, state }).catch(
    (error: unknown) => error,
  );
  return { error, stdout: stdout.text, stderr: stderr.text };
}

describe('sendCrashIds', () => {
  it('sends batches of at most ten ids', async () => {
    const counts: number[] = [];
    const pace = new Pace(10_000, signal);
    const onSent = (count: number): void => void counts.push(count);
    const progress = await sendCrashIds(processing, crashIds, { pace, onSent });
    expect(progress).toEqual({ sent: 25, complete: 25, failed: [] });
    expect(counts).toEqual([10, 10, 5]);
  });

  it('stops after a batch with a failure; a later run continues before the first failure', async () => {
    expect(await send(withoutTheFifth())).toEqual({
      sent: 19,
      complete: 14,
      failed: [{ crashId: crashIds[14], code: 'InternalError' }],
    });
    const bodies = (await data.backend.processing.peek(100)).map(({ body }) => body);
    expect(new Set([...bodies, ...crashIds.slice(14)])).toEqual(new Set(crashIds));
  });

  it('stops when the queue fails', async () => {
    const { sent, complete, failed } = await send(awayAfterTheFirst());
    expect({ sent, complete }).toEqual({ sent: 10, complete: 10 });
    expect(failed).toHaveLength(10);
    expect(failed[0]).toEqual({ crashId: crashIds[10], code: 'no answer' });
  });
});

describe('a republish that fails partly', () => {
  it('prints each failed id with its reason, and where to continue', async () => {
    const { error, stdout, stderr } = await runRepublish();
    expect(stdout).toBe('sent 19 of 25 crash ids to queue processing\n');
    expect(stderr).toBe(`not sent: ${crashIds[14]}: InternalError\n`);
    expect(error).toMatchObject({
      exitCode: 1,
      message: `the queue rejected messages of a batch; continue with --after ${crashIds[13]}`,
    });
  });

  it('continues where this run began when nothing was sent', async () => {
    const away = interceptQueue(processing, () => {
      throw new MessageQueueError('unavailable', 'no answer');
    });
    const before = 'de1bb258-cbbf-4589-a673-34f800160918';
    const again = await runRepublish(before, away);
    expect(String(again.error)).toContain(`continue with --after ${before}`);
    const first = await runRepublish(undefined, away);
    expect(String(first.error)).toContain('run it again');
  });
});
