import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { SqsQueueOptions } from './sqs-queue-options.js';

/** SQS's hosts name their region: `sqs.eu-west-1.amazonaws.com`, `….sqs.eu-west-1.vpce.amazonaws.com`. */
const regionInHost = /(?:^|\.)sqs\.([a-z0-9-]+)\./;

/** The SDK would warn on the console, of what we get as an error anyway. */
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A client with the SDK's retries, for messages are small, and a time-out of our own around them. */
export function createSqsClient(options: SqsQueueOptions, maxSockets: number): SQSClient {
  const { credentials, connectTimeoutMs = 3_000 } = options;
  const url = options.queueUrl === undefined ? undefined : new URL(options.queueUrl);
  const region = options.region ?? url?.hostname.match(regionInHost)?.[1];
  const endpoint = options.endpoint ?? url?.origin;
  const config: SQSClientConfig = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    logger: quiet,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
  };
  return new SQSClient(config);
}
