import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort, type ScriptedServer, startScriptedServer, waitFor } from '#antenna/testing';
import type { MessageQueue } from '../message-queue.js';
import { openSqsQueue } from './open-sqs-queue.js';
import type { SqsQueueOptions } from './sqs-connection.js';
import { answer, parsed, silence, sqsFailure } from './sqs-answers.contract.js';

const wait = { max: 10, waitMs: 0, visibilityTimeoutMs: 1000 };

describe('an SQS queue with failing requests', () => {
  let server: ScriptedServer;
  const opened: MessageQueue[] = [];

  beforeEach(async () => {
    server = await startScriptedServer();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((queue) => queue.close()));
    await server.stop();
  });

  async function open(options: Partial<SqsQueueOptions> = {}): Promise<MessageQueue> {
    const queue = await openSqsQueue({
      queueUrl: `${server.url}/000000000000/intake`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      ...options,
    });
    opened.push(queue);
    return queue;
  }

  it.each([
    [400, 'QueueDoesNotExist', 'no_such_queue'],
    [400, 'AccessDeniedException', 'access_denied'],
    [403, 'SignatureDoesNotMatch', 'access_denied'],
    [403, 'SomethingNew', 'access_denied'],
    [400, 'KmsAccessDenied', 'access_denied'],
    [400, 'OverLimit', 'unavailable'],
  ])('does not retry after %i %s and rejects with %s', async (status, type, code) => {
    server.script(sqsFailure(status, type));
    const queue = await open();
    const failure = { name: 'MessageQueueError', code, retryable: true };
    await expect(queue.send([{ body: 'x' }])).rejects.toMatchObject(failure);
    await expect(queue.receive(wait)).rejects.toMatchObject(failure);
    await expect(queue.delete('receipt')).rejects.toMatchObject(failure);
    await expect(queue.changeVisibility('receipt', 0)).rejects.toMatchObject(failure);
    await expect(queue.depth()).rejects.toMatchObject(failure);
    await expect(queue.check()).rejects.toMatchObject(failure);
    expect(server.requests).toHaveLength(6);
  });

  it.each<[string, (queue: MessageQueue) => Promise<unknown>, string]>([
    ['send to', (queue) => queue.send([{ body: 'x' }]), 'sqs:SendMessage'],
    ['receive from', (queue) => queue.receive(wait), 'sqs:ReceiveMessage'],
    ['delete from', (queue) => queue.delete('receipt'), 'sqs:DeleteMessage'],
    [
      'change visibility in',
      (queue) => queue.changeVisibility('receipt', 0),
      'sqs:ChangeMessageVisibility',
    ],
    ['count the messages in', (queue) => queue.depth(), 'sqs:GetQueueAttributes'],
    ['use', (queue) => queue.check(), 'sqs:GetQueueAttributes'],
  ])('names the permission that is missing to %s a queue', async (action, call, needs) => {
    server.script(sqsFailure(403, 'AccessDenied'));
    await expect(call(await open())).rejects.toThrow(
      `cannot ${action} queue intake: AccessDenied (HTTP 403): no luck (needs ${needs})`,
    );
  });

  it('names the queue and the reason, but no body', async () => {
    server.script(sqsFailure(400, 'QueueDoesNotExist'));
    const queue = await open();
    await expect(queue.send([{ body: 'secret body' }])).rejects.toThrow(
      /^cannot send to queue intake: QueueDoesNotExist \(HTTP 400\): no luck$/,
    );
  });

  it.each([
    ['ReceiptHandleIsInvalid', 'not a receipt'],
    ['MessageNotInflight', 'not in flight'],
    ['InvalidParameterValue', 'The receipt handle has expired.'],
  ])('recognizes an expired delivery by %s', async (type, message) => {
    server.script(sqsFailure(400, type, message));
    const queue = await open();
    await expect(queue.changeVisibility('receipt', 1000)).rejects.toMatchObject({
      code: 'receipt_expired',
      retryable: false,
      message: expect.stringContaining(message),
    });
    server.script(answer({ Failed: [{ Id: '0', Code: type, SenderFault: true }] }));
    await expect(queue.delete('receipt')).resolves.toBeUndefined();
  });

  it('rejects only the failed delete of a batch', async () => {
    server.script(answer({ Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] }));
    const queue = await open();
    const deletes = await Promise.allSettled(['a', 'b', 'c'].map((id) => queue.delete(id)));
    expect(deletes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(deletes[1]).toMatchObject({ reason: { code: 'unavailable', retryable: true } });
    expect(server.requests.map(parsed)).toMatchObject([{ action: 'DeleteMessageBatch' }]);
  });

  it('returns a result for each message if some of a batch failed', async () => {
    const longMessage =
      'One or more parameters are invalid. Message must be shorter than 1024 bytes.';
    server.script(
      answer({
        Successful: [{ Id: '0', MessageId: 'first', MD5OfMessageBody: md5('a') }],
        Failed: [
          { Id: '1', Code: 'InternalError', SenderFault: false },
          { Id: '2', Code: 'InvalidMessageContents', SenderFault: true },
          { Id: '3', Code: 'InvalidParameterValue', SenderFault: true, Message: longMessage },
        ],
      }),
    );
    const queue = await open();
    const bodies = ['a', 'b', 'c', 'd', 'not answered'];
    expect(await queue.send(bodies.map((body) => ({ body })))).toEqual([
      { ok: true, messageId: 'first' },
      { ok: false, code: 'InternalError', retryable: true },
      { ok: false, code: 'InvalidMessageContents', retryable: false },
      { ok: false, code: 'message_too_large', retryable: false },
      { ok: false, code: 'unavailable', retryable: true },
    ]);
  });

  it('returns the results of sent messages if another part of the batch failed', async () => {
    const bodies = ['a'.repeat(600_000), 'b'.repeat(600_000)];
    server.script((response, request) => {
      const sent = request.body.includes(bodies[0] ?? '');
      const entry = { Id: '0', MessageId: 'sent', MD5OfMessageBody: md5(bodies[0] ?? '') };
      const script = sent ? answer({ Successful: [entry] }) : sqsFailure(400, 'OverLimit');
      script(response, request);
    });
    const queue = await open();
    expect(await queue.send(bodies.map((body) => ({ body })))).toEqual([
      { ok: true, messageId: 'sent' },
      { ok: false, code: 'unavailable', retryable: true },
    ]);
  });

  it('retries a call after a transient failure', async () => {
    server.script(sqsFailure(500, 'InternalFailure'), answer({}));
    const queue = await open();
    await expect(queue.delete('receipt')).resolves.toBeUndefined();
    expect(server.requests).toHaveLength(2);
  });

  it('signs again with the time of the server if the clock is wrong', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const times: unknown[] = [];
    server.script(
      (response, request) => {
        times.push(request.headers['x-amz-date']);
        response.setHeader('date', date);
        sqsFailure(400, 'InvalidSignatureException', 'Signature expired')(response, request);
      },
      (response, request) => {
        times.push(request.headers['x-amz-date']);
        answer({})(response, request);
      },
    );
    const queue = await open();
    await queue.delete('receipt');
    const [before, after] = times.map((time) => Date.parse(String(time).replace(compact, iso)));
    expect(Math.round((Number(after) - Number(before)) / 60_000)).toBe(60);
  });

  it('accepts an empty response to an operation without output', async () => {
    server.script((response) => response.end());
    await expect((await open()).changeVisibility('receipt', 1000)).resolves.toBeUndefined();
  });

  it('detects damaged messages', async () => {
    server.script(answer({ Messages: [{ MessageId: 'a', Body: 'x', MD5OfBody: md5('y') }] }));
    const queue = await open();
    await expect(queue.receive(wait)).rejects.toMatchObject({ code: 'unavailable' });
    server.script(
      answer({ Successful: [{ Id: '0', MessageId: 'a', MD5OfMessageBody: md5('y') }] }),
    );
    expect(await queue.send([{ body: 'x' }])).toEqual([
      { ok: false, code: 'unavailable', retryable: true },
    ]);
  });

  it('does not quote a response that is not JSON', async () => {
    server.script((response) => response.end('secret'));
    await expect((await open()).receive(wait)).rejects.toThrow(
      'cannot receive from queue intake: Error: the response is not JSON',
    );
  });

  it('ends calls and connections to a server that does not respond', async () => {
    server.script(silence);
    const queue = await open({ requestTimeoutMs: 50 });
    const timeout = { code: 'timeout', retryable: true };
    await expect(queue.send([{ body: 'x' }])).rejects.toMatchObject(timeout);
    await expect(queue.receive(wait)).rejects.toMatchObject(timeout);
    await expect(queue.delete('receipt')).rejects.toMatchObject(timeout);
    await expect(queue.check()).rejects.toMatchObject(timeout);
    await waitFor(async () => (await server.connections()) === 0);
  });

  it('rejects with unavailable if the connection is refused', async () => {
    const queue = await open({ endpoint: `http://127.0.0.1:${await freePort()}` });
    await expect(queue.check()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

/** The time of a signature, such as `20261122T102030Z`. */
const compact = /^(....)(..)(..)T(..)(..)(..)Z$/;
const iso = '$1-$2-$3T$4:$5:$6Z';

function md5(body: string): string {
  return createHash('md5').update(body).digest('hex');
}
