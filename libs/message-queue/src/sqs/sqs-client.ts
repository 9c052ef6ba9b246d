import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '#antenna/aws-client';
import type { SqsQueueOptions } from './sqs-queue-options.js';

/** SQS's hosts name their region: `sqs.eu-west-1.amazonaws.com`, `….sqs.eu-west-1.vpce.amazonaws.com`. */
const regionInHost = /(?:^|\.)sqs\.([a-z0-9-]+)\./;

/** A client with the SDK's retries, for messages are small, and a time-out of our own around them. */
export function createSqsClient(options: SqsQueueOptions, maxSockets: number): SQSClient {
  const url = options.queueUrl === undefined ? undefined : new URL(options.queueUrl);
  const region = options.region ?? url?.hostname.match(regionInHost)?.[1];
  const endpoint = options.endpoint ?? url?.origin;
  return new SQSClient(clientConfig({ ...options, region, endpoint }, maxSockets));
}
