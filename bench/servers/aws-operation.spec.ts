import { describe, expect, it } from '@jest/globals';

import { awsOperation } from './aws-operation.js';

describe('the operation of a request', () => {
  it.each([
    ['PUT', '/bucket/v1/raw_crash/20261122/id?x-id=PutObject', 'PutObject'],
    ['GET', '/bucket/v1/envelope/20261122/id?x-id=GetObject', 'GetObject'],
    ['DELETE', '/bucket/v1/envelope/20261122/id', 'DeleteObject'],
    ['HEAD', '/bucket/key', 'HeadObject'],
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
