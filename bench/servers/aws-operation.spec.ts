import { describe, expect, it } from '@jest/globals';

import { awsOperation, callKinds, sqsCalls } from './aws-operation.js';

describe('the operation of a request', () => {
  it.each([
    ['PUT', '/bucket/v1/raw_crash/20261122/id?x-id=PutObject', 'PutObject'],
    ['GET', '/bucket/v1/envelope/20261122/id?x-id=GetObject', 'GetObject'],
    ['DELETE', '/bucket/v1/envelope/20261122/id', 'DeleteObject'],
    ['HEAD', '/bucket/key', 'HeadObject'],
    ['POST', '/bucket?delete', 'DeleteObjects'],
    ['POST', '/bucket/?delete=&x-id=DeleteObjects', 'DeleteObjects'],
    ['GET', '/bucket?list-type=2&prefix=v1/', 'GET bucket'],
    ['PUT', '/bucket/', 'PUT bucket'],
  ])('%s %s is %s', (method, url, operation) => {
    expect(awsOperation({ method, url, headers: {} })).toBe(operation);
  });

  it('is that of the header for SQS', () => {
    const headers = { 'x-amz-target': 'AmazonSQS.SendMessageBatch' };
    expect(awsOperation({ method: 'POST', url: '/', headers })).toBe('SendMessageBatch');
  });
});

describe('the kinds of calls', () => {
  const kinds = callKinds({
    PutObject: 3,
    GetObject: 1,
    DeleteObject: 0.5,
    DeleteObjects: 0.25,
    SendMessage: 0.5,
    SendMessageBatch: 0.25,
    ReceiveMessage: 0.5,
    DeleteMessageBatch: 0.25,
    ChangeMessageVisibilityBatch: 0.125,
  });

  it('add up single calls and batches', () => {
    expect(kinds).toEqual({
      put: 3,
      get: 1,
      delete: 0.75,
      send: 0.75,
      receive: 0.5,
      remove: 0.25,
      other: 0.125,
    });
  });

  it('count everything that is not S3 as a call of SQS', () => {
    expect(sqsCalls(kinds)).toBe(1.625);
  });
});
