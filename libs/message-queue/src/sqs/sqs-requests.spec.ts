import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ScriptedServer, startScriptedServer, waitFor } from '#antenna/testing';
import type { MessageQueue } from '../message-queue.js';
import { openSqsQueue } from './open-sqs-queue.js';
import type { SqsQueueOptions } from './sqs-connection.js';
import { answer, parsed, silence, sqsFailure } from './sqs-answers.contract.js';

const wait = { max: 10, waitMs: 20_000, visibilityTimeoutMs: 60_000 };

describe('an SQS queue', () => {
  let server: ScriptedServer;
  const opened: MessageQueue[] = [];

  beforeEach(async () => {
    server = await startScriptedServer();
    server.script(answer({}));
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
    await server.stop();
  });

  async function open(options: Partial<SqsQueueOptions>): Promise<MessageQueue> {
    const queue = await openSqsQueue({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      ...options,
    });
    opened.push(queue);
    return queue;
  }

  const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake';

  it('looks its URL up once, with the first call', async () => {
    server.script(answer({ QueueUrl: queueUrl }), answer({}));
    const queue = await open({ queueName: 'intake' });
    expect(queue.name).toBe('intake');
    expect(server.requests).toHaveLength(0);
    await Promise.all([queue.receive({ ...wait, waitMs: 0 }), queue.changeVisibility('a', 500)]);
    expect(server.requests.map(parsed)).toMatchObject([
      { action: 'GetQueueUrl', input: { QueueName: 'intake' } },
      { input: { QueueUrl: queueUrl } },
      { input: { QueueUrl: queueUrl } },
    ]);
  });

  it('looks its URL up again if the queue did not exist', async () => {
    server.script(sqsFailure(400, 'QueueDoesNotExist'), answer({ QueueUrl: queueUrl }), answer({}));
    const queue = await open({ queueName: 'intake' });
    await expect(queue.check()).rejects.toMatchObject({
      code: 'no_such_queue',
      message: expect.stringContaining('queue intake'),
    });
    await expect(queue.check()).resolves.toBeUndefined();
  });

  it('uses a given URL without a look-up and signs for its region', async () => {
    const queue = await open({ queueUrl, region: undefined });
    expect(queue.name).toBe('intake');
    await queue.check();
    expect(server.requests.map(parsed)).toMatchObject([
      { action: 'GetQueueAttributes', input: { QueueUrl: queueUrl, AttributeNames: ['QueueArn'] } },
    ]);
    expect(server.requests[0]?.headers['authorization']).toContain('/eu-west-1/sqs/');
  });

  it('sends requests to the host of its URL', async () => {
    const queue = await open({ queueUrl: `${server.url}/0/intake`, endpoint: undefined });
    await queue.check();
    expect(server.requests).toHaveLength(1);
  });

  it('rounds times up to whole seconds', async () => {
    const queue = await open({ queueUrl });
    await queue.receive({ max: 3, waitMs: 25_000, visibilityTimeoutMs: 1_001 });
    await queue.changeVisibility('receipt', 500);
    expect(server.requests.map(parsed)).toMatchObject([
      { input: { MaxNumberOfMessages: 3, WaitTimeSeconds: 20, VisibilityTimeout: 2 } },
      { input: { ReceiptHandle: 'receipt', VisibilityTimeout: 1 } },
    ]);
  });

  it('leaves out attributes that SQS would reject', async () => {
    const queue = await open({ queueUrl });
    await queue.send([{ body: 'x', attributes: { traceparent: '00-1-2-01', tracestate: '' } }]);
    const traceparent = { DataType: 'String', StringValue: '00-1-2-01' };
    expect(server.requests.map(parsed)).toEqual([
      {
        action: 'SendMessageBatch',
        input: {
          QueueUrl: queueUrl,
          Entries: [{ Id: '0', MessageBody: 'x', MessageAttributes: { traceparent } }],
        },
      },
    ]);
  });

  it('joins concurrent deletes into batches of at most ten', async () => {
    const queue = await open({ queueUrl });
    await Promise.all(Array.from({ length: 12 }, (_, index) => queue.delete(`receipt ${index}`)));
    const batches = server.requests.map((request) => parsed(request).input);
    expect(batches).toMatchObject([
      { Entries: { length: 10, 0: { Id: '0', ReceiptHandle: 'receipt 0' } } },
      { Entries: { length: 2, 1: { Id: '1', ReceiptHandle: 'receipt 11' } } },
    ]);
  });

  it('ends a receive and its connection when the signal is aborted', async () => {
    server.script(silence);
    const queue = await open({ queueUrl });
    const abort = new AbortController();
    const waiting = queue.receive({ ...wait, signal: abort.signal });
    await waitFor(() => server.requests.length === 1);
    abort.abort();
    expect(await waiting).toEqual([]);
    await waitFor(async () => (await server.connections()) === 0);
    expect(await queue.receive({ ...wait, signal: abort.signal })).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('does not make other calls wait for long polls', async () => {
    const queue = await open({ queueUrl, maxSockets: 1, maxLongPolls: 1 });
    server.script(silence);
    const waiting = [queue.receive(wait), queue.receive(wait)];
    await waitFor(() => server.requests.length === 1);
    server.script(answer({}));
    await queue.delete('receipt');
    await queue.close();
    expect(await Promise.all(waiting)).toEqual([[], []]);
  });

  it('finishes its calls before it closes and rejects calls afterwards', async () => {
    const queue = await open({ queueUrl });
    const work = Promise.all([queue.delete('receipt'), queue.send([{ body: 'x' }])]);
    await queue.close();
    await queue.close();
    await expect(work).resolves.toBeDefined();
    const closed = { code: 'unavailable', message: 'queue intake is closed' };
    await expect(queue.send([{ body: 'x' }])).rejects.toMatchObject(closed);
    await expect(queue.delete('receipt')).rejects.toMatchObject(closed);
    await expect(queue.check()).rejects.toMatchObject(closed);
    await expect(queue.receive(wait)).rejects.toMatchObject(closed);
  });

  it('cannot be opened without a name', async () => {
    await expect(open({})).rejects.toThrow(TypeError);
    await expect(open({ queueUrl: `${server.url}/` })).rejects.toThrow(TypeError);
  });
});
