import { type MessageQueue, MessageQueueError } from '#antenna/message-queue';
import { interceptQueue, type QueueOperation } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorData } from '../../test/operator-data.js';
import { Pace } from '../pace.js';
import { redrive, RedriveTally } from './redrive.js';

let data: OperatorData;
let tally: RedriveTally;

beforeEach(async () => {
  data = await OperatorData.create();
  tally = new RedriveTally();
});

afterEach(() => data.dispose());

async function redriveAll(queues: { deadLetters?: MessageQueue; target?: MessageQueue }) {
  const { signal } = new AbortController();
  const { deadLetters, intake: target } = data.backend;
  await redrive({ source: 'intake', deadLetters, target, ...queues }, tally, {
    crashIds: undefined,
    hopeless: 'left out',
    mode: 'redrive',
    pace: new Pace(1000, signal),
    signal,
    onHandled: () => undefined,
  });
}

function failingAt(queue: MessageQueue, operation: QueueOperation, call: number): MessageQueue {
  let calls = 0;
  return interceptQueue(queue, (name) => {
    calls += name === operation ? 1 : 0;
    if (name === operation && calls === call)
      throw new MessageQueueError('unavailable', `no ${operation} today`);
  });
}

describe('redrive', () => {
  it('keeps a letter that it cannot send, and makes all remaining letters visible', async () => {
    for (let index = 0; index < 3; index += 1) await data.deadLetter();
    const target = failingAt(data.backend.intake, 'send', 2);
    await expect(redriveAll({ target })).rejects.toThrow('no send today');
    expect(tally).toMatchObject({ redriven: 1 });
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 2, inFlight: 0 });
    expect(await data.backend.intake.depth()).toMatchObject({ visible: 1 });
  });

  it('keeps a letter that the intake queue rejects', async () => {
    await data.deadLetter();
    const target: MessageQueue = {
      ...interceptQueue(data.backend.intake, () => undefined),
      send: async () => [{ ok: false, code: 'InternalError', retryable: true }],
    };
    await expect(redriveAll({ target })).rejects.toThrow(
      'queue intake refused a message: InternalError',
    );
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it('deletes only after sending: a failed delete leaves the crash in both queues', async () => {
    const crashId = await data.deadLetter();
    const deadLetters = failingAt(data.backend.deadLetters, 'delete', 1);
    await expect(redriveAll({ deadLetters })).rejects.toThrow('no delete today');
    expect(tally.redriven).toBe(0);
    expect((await data.backend.intake.peek(1))[0]?.body).toContain(crashId);
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it('ends even if every crash is dead-lettered again at once', async () => {
    for (let index = 0; index < 15; index += 1) await data.deadLetter();
    const { deadLetters } = data.backend;
    const target: MessageQueue = {
      ...interceptQueue(data.backend.intake, () => undefined),
      send: (messages) => deadLetters.send(messages),
    };
    await redriveAll({ target });
    expect(tally).toMatchObject({ redriven: 15, again: 15 });
    expect(await deadLetters.depth()).toMatchObject({ visible: 15, inFlight: 0 });
  });
});
