import type { AwsClientOptions } from '#antenna/aws-client';

/** Which queue, and how it is reached. What is left out takes the default named beside it. */
export interface SqsQueueOptions extends AwsClientOptions {
  /** `https://sqs.<region>.amazonaws.com/<account>/<name>`; spares the permission to look it up. */
  readonly queueUrl?: string | undefined;
  /** A queue of the caller's account, looked up with the first call. One of the two must be given. */
  readonly queueName?: string | undefined;
  /** Default: the one in the queue's URL, else what the SDK finds in the environment or its config file. */
  readonly region?: string | undefined;
  /** Another SQS-compatible server. Default: the origin of the queue's URL. */
  readonly endpoint?: string | undefined;
  /** Connections for calls, long polls not counted. Default 16. */
  readonly maxSockets?: number | undefined;
  /** Long polls at once. Default 8. */
  readonly maxLongPolls?: number | undefined;
  /** Milliseconds for a call with all its attempts; a long poll adds the time it waits. Default 10,000. */
  readonly requestTimeoutMs?: number | undefined;
}
