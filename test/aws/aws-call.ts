import type { IncomingMessage } from 'node:http';

import type { AwsCall } from './iam-policy.js';

/** Batch calls of SQS need the permission of the single call (IAM, "Actions for Amazon SQS"). */
const singleAction = /Batch$/;

/** What is read of a bucket itself, by the parameter of the request; without one, it is listed. */
const bucketActions = [
  ['versions', 's3:ListBucketVersions'],
  ['versioning', 's3:GetBucketVersioning'],
  ['publicAccessBlock', 's3:GetBucketPublicAccessBlock'],
  ['encryption', 's3:GetEncryptionConfiguration'],
  ['lifecycle', 's3:GetLifecycleConfiguration'],
] as const;

/** Names the IAM action of a request: SQS by its JSON protocol, S3 by method and path-style address. */
export function awsCallOf(request: IncomingMessage, body: Buffer): AwsCall {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? sqsCall(target, body) : s3Call(request);
}

export function isSqs(request: IncomingMessage): boolean {
  return request.headers['x-amz-target'] !== undefined;
}

function sqsCall(target: string, body: Buffer): AwsCall {
  const { QueueUrl, QueueName } = JSON.parse(body.toString()) as Record<string, unknown>;
  const name = typeof QueueName === 'string' ? QueueName : String(QueueUrl).split('/').at(-1);
  return {
    action: `sqs:${target.replace('AmazonSQS.', '').replace(singleAction, '')}`,
    resource: `arn:aws:sqs:*:*:${name}`,
  };
}

function s3Call(request: IncomingMessage): AwsCall {
  const { pathname: path, searchParams: query } = new URL(request.url ?? '', 'http://s3');
  const [, bucket = '', ...key] = path.split('/');
  const resource = `arn:aws:s3:::${bucket}`;
  if (key.join('/') === '') {
    const [, action = 's3:ListBucket'] = bucketActions.find(([name]) => query.has(name)) ?? [];
    return { action, resource };
  }
  const action = s3ObjectAction(request.method ?? '');
  return {
    action: query.has('versionId') ? `${action}Version` : action,
    resource: `${resource}/${key.join('/')}`,
  };
}

function s3ObjectAction(method: string): string {
  switch (method) {
    case 'PUT':
      return 's3:PutObject';
    case 'DELETE':
      return 's3:DeleteObject';
    case 'GET':
    case 'HEAD':
      return 's3:GetObject';
    default:
      return `s3:${method}`;
  }
}
