import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, clientConfig, withDeadline } from '#antenna/aws-client';
import { MessageQueueError } from '../message-queue.js';
import { type SqsAction, sqsError } from './sqs-error.js';

/** Which queue, and how to reach it. */
export interface SqsQueueOptions extends AwsClientOptions {
  /** `https://sqs.<region>.amazonaws.com/<account>/<name>`; needs no permission for a look-up. */
  readonly queueUrl?: string | undefined;
  /** A queue of the caller's account, looked up with the first call. Set either this or `queueUrl`. */
  readonly queueName?: string | undefined;
  /** Default: the region in the queue's URL, otherwise from the environment or the SDK's config file. */
  readonly region?: string | undefined;
  /** Another SQS-compatible server. Default: the origin of the queue's URL. */
  readonly endpoint?: string | undefined;
  /** Maximum number of connections for calls other than long polls. Default 16. */
  readonly maxSockets?: number | undefined;
  /** Maximum number of long polls at the same time. Default 8. */
  readonly maxLongPolls?: number | undefined;
  /** Milliseconds for a call with all its attempts; for a long poll, plus its wait. Default 10,000. */
  readonly requestTimeoutMs?: number | undefined;
}

/** A request to the queue's URL, ended by its signal. */
type SqsCall<T> = (client: SQSClient, queueUrl: string, signal: AbortSignal) => Promise<T>;

/** The clients and the URL of one queue: applies timeouts, maps errors, and finishes calls before it closes. */
export class SqsConnection {
  readonly queueName: string;
  private readonly client: SQSClient;
  private readonly longPolls: SQSClient;
  private readonly requestTimeoutMs: number;
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly closed = new AbortController();
  private readonly knownUrl: string | undefined;
  private lookUp: Promise<string> | undefined;

  constructor(options: SqsQueueOptions) {
    this.knownUrl = options.queueUrl;
    this.queueName = options.queueName ?? nameIn(options.queueUrl);
    this.client = createSqsClient(options, options.maxSockets ?? 16);
    // With a shared client, long polls could take all connections, and a delete would wait for 20 seconds.
    this.longPolls = createSqsClient(options, options.maxLongPolls ?? 8);
    this.requestTimeoutMs = options.requestTimeoutMs ?? 10_000;
  }

  /**
   * @param action for the error message, such as `send to`
   * @throws MessageQueueError
   */
  async call<T>(action: SqsAction, make: SqsCall<T>): Promise<T> {
    this.assertOpen();
    const call = this.within(action, (signal) => this.execute(this.client, make, signal));
    this.inFlight.add(call);
    try {
      return await call;
    } finally {
      this.inFlight.delete(call);
    }
  }

  /**
   * A receive that the server may answer after `waitMs`. Returns undefined if the signal or closing ended it.
   * @throws MessageQueueError
   */
  async longPoll<T>(
    waitMs: number,
    signal: AbortSignal | undefined,
    make: SqsCall<T>,
  ): Promise<T | undefined> {
    this.assertOpen();
    const endSignals = [this.closed.signal, ...(signal ? [signal] : [])];
    try {
      return await withDeadline(
        this.requestTimeoutMs + waitMs,
        ({ signal: ended }) => this.execute(this.longPolls, make, ended),
        endSignals,
      );
    } catch (error) {
      if (endSignals.some(({ aborted }) => aborted)) return undefined;
      throw sqsError('receive from', this.queueName, error);
    }
  }

  /** Ends the long polls, lets the other calls finish, then closes the connections. */
  async close(): Promise<void> {
    this.closed.abort();
    await Promise.allSettled(this.inFlight);
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

  /** Looked up once for all concurrent callers, and again after a failure. */
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
    throw new TypeError('set queueName, or a queueUrl that ends with the name of the queue');
  return name;
}

/** SQS host names contain the region: `sqs.eu-west-1.amazonaws.com`, `….sqs.eu-west-1.vpce.amazonaws.com`. */
const regionInHost = /(?:^|\.)sqs\.([a-z0-9-]+)\./;

/** A client with the SDK's retries, since messages are small. `withDeadline` limits the time of all attempts. */
function createSqsClient(options: SqsQueueOptions, maxSockets: number): SQSClient {
  const url = options.queueUrl === undefined ? undefined : new URL(options.queueUrl);
  const region = options.region ?? url?.hostname.match(regionInHost)?.[1];
  const endpoint = options.endpoint ?? url?.origin;
  return new SQSClient(clientConfig({ ...options, region, endpoint }, maxSockets));
}
