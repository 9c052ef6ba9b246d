import type { IncomingMessage } from 'node:http';

const objectOperations: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  DELETE: 'DeleteObject',
};

/** The operation of a request: SQS by its JSON protocol, S3 by method and path-style address. */
export function awsOperation({
  method = '',
  url = '',
  headers,
}: Pick<IncomingMessage, 'method' | 'url' | 'headers'>): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.indexOf('.') + 1);
  const [path = '', query = ''] = url.split('?');
  if (method === 'POST' && /^delete\b/.test(query)) return 'DeleteObjects';
  const isObject = /^\/[^/]+\/./.test(path);
  return isObject ? (objectOperations[method] ?? `${method} object`) : `${method} bucket`;
}

/** The kinds of calls that are paid for alike, and those that are free. */
export interface CallKinds {
  readonly put: number;
  readonly get: number;
  /** Free on S3. */
  readonly delete: number;
  readonly send: number;
  readonly receive: number;
  /** Of messages. */
  readonly remove: number;
  /** Visibility changes, look-ups of queues, and whatever else is called. */
  readonly other: number;
}

const kinds: Readonly<Record<string, keyof CallKinds>> = {
  PutObject: 'put',
  GetObject: 'get',
  DeleteObject: 'delete',
  DeleteObjects: 'delete',
  SendMessage: 'send',
  SendMessageBatch: 'send',
  ReceiveMessage: 'receive',
  DeleteMessage: 'remove',
  DeleteMessageBatch: 'remove',
};

/** @param calls by operation */
export function callKinds(calls: Readonly<Record<string, number>>): CallKinds {
  const sums = { put: 0, get: 0, delete: 0, send: 0, receive: 0, remove: 0, other: 0 };
  for (const [operation, count] of Object.entries(calls))
    sums[kinds[operation] ?? 'other'] += count;
  return sums;
}

/** All calls of SQS among them. */
export function sqsCalls({ send, receive, remove, other }: CallKinds): number {
  return send + receive + remove + other;
}
