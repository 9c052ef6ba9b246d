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
  const [path = ''] = url.split('?');
  const isObject = /^\/[^/]+\/./.test(path);
  return isObject ? (objectOperations[method] ?? `${method} object`) : `${method} bucket`;
}
