import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, clientConfig, withDeadline } from '#antenna/aws-client';
import { MessageQueueError } from '../message-queue.js';
import { type SqsAction, sqsError } from './sqs-error.js';

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

/** One request to the queue's URL, which its signal ends. */
export type SqsCall<T> = (client: SQSClient, queueUrl: string, signal: AbortSignal) => Promise<T>;

/** One queue's clients and URL: keeps time, names failures, and lets calls finish before it closes. */
export class SqsConnection {
  readonly queueName: string;
  private readonly client: SQSClient;
  private readonly longPolls: SQSClient;
  private readonly requestTimeoutMs: number;
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly closed = new AbortController();
  private readonly knownUrl: string | undefined;
  private lookUp: Promise<string> | undefined;

  constructor(options: SqsQueueOptions) {
    this.knownUrl = options.queueUrl;
    this.queueName = options.queueName ?? nameIn(options.queueUrl);
    this.client = createSqsClient(options, options.maxSockets ?? 16);
    // Long polls would take all connections, and a delete would wait for twenty seconds.
    this.longPolls = createSqsClient(options, options.maxLongPolls ?? 8);
    this.requestTimeoutMs = options.requestTimeoutMs ?? 10_000;
  }

  /**
   * @param action what is done with the queue, for the error's message: `send to`
   * @throws MessageQueueError
   */
  async call<T>(action: SqsAction, make: SqsCall<T>): Promise<T> {
    this.assertOpen();
    const call = this.within(action, (signal) => this.execute(this.client, make, signal));
    this.underWay.add(call);
    try {
      return await call;
    } finally {
      this.underWay.delete(call);
    }
  }

  /**
   * A receive that the server may answer after `waitMs`; undefined when a signal or closing ended it.
   * @throws MessageQueueError
   */
  async longPoll<T>(
    waitMs: number,
    signal: AbortSignal | undefined,
    make: SqsCall<T>,
  ): Promise<T | undefined> {
    this.assertOpen();
    const ends = [this.closed.signal, ...(signal ? [signal] : [])];
    try {
      return await withDeadline(
        this.requestTimeoutMs + waitMs,
        ({ signal: over }) => this.execute(this.longPolls, make, over),
        ends,
      );
    } catch (error) {
      if (ends.some(({ aborted }) => aborted)) return undefined;
      throw sqsError('receive from', this.queueName, error);
    }
  }

  /** Ends the long polls, lets the other calls finish, then closes the connections. */
  async close(): Promise<void> {
    this.closed.abort();
    await Promise.allSettled(this.underWay);
    this.client.destroy();
    this.longPolls.destroy();
  }

  private assertOpen(): void {
    if (this.closed.signal.aborted)
      throw new MessageQueueError('unavailable', `queue ${this.queueName} is closed`);
  }

  private async execute<T>(client: SQSClient, make: SqsCall<T>, signal: AbortSignal): Promise<T> {
    return make(client, this.knownUrl ?? (await this.url()), signal);
  }

  /** Asked for once by all who wait for it, and again after a failure. */
  private async url(): Promise<string> {
    this.lookUp ??= this.within('find', (abortSignal) =>
      this.client
        .send(new GetQueueUrlCommand({ QueueName: this.queueName }), { abortSignal })
        .then(({ QueueUrl = '' }) => QueueUrl),
    );
    try {
      return await this.lookUp;
    } catch (error) {
      this.lookUp = undefined;
      throw error;
    }
  }

  private async within<T>(
    action: SqsAction,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await withDeadline(this.requestTimeoutMs, ({ signal }) => work(signal));
    } catch (error) {
      throw sqsError(action, this.queueName, error);
    }
  }
}

function nameIn(queueUrl: string | undefined): string {
  const name = queueUrl?.split('/').at(-1);
  if (name === undefined || name === '')
    throw new TypeError('an SQS queue is opened by its name or by a URL that ends with it');
  return name;
}

/** SQS's hosts name their region: `sqs.eu-west-1.amazonaws.com`, `….sqs.eu-west-1.vpce.amazonaws.com`. */
const regionInHost = /(?:^|\.)sqs\.([a-z0-9-]+)\./;

/** A client with the SDK's retries, for messages are small, and a time-out of our own around them. */
function createSqsClient(options: SqsQueueOptions, maxSockets: number): SQSClient {
  const url = options.queueUrl === undefined ? undefined : new URL(options.queueUrl);
  const region = options.region ?? url?.hostname.match(regionInHost)?.[1];
  const endpoint = options.endpoint ?? url?.origin;
  return new SQSClient(clientConfig({ ...options, region, endpoint }, maxSockets));
}
