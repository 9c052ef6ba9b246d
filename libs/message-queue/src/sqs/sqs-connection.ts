import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  type AwsClientOptions,
  clientConfig,
  DirectClient,
  retried,
  withDeadline,
} from '#antenna/aws-client';
import { MessageQueueError } from '../message-queue.js';
import { errorIn, isTransient, type SqsAction, sqsError } from './sqs-error.js';

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

/** An operation with its input, without the URL of the queue. */
export interface SqsCall {
  /** Such as `SendMessageBatch`. */
  readonly operation: string;
  readonly input: object;
}

/** The clients and the URL of one queue: applies timeouts, maps errors, and finishes calls before it closes. */
export class SqsConnection {
  readonly queueName: string;
  private readonly client: SQSClient;
  private readonly direct: DirectClient;
  private readonly longPollClient: SQSClient;
  private readonly longPolls: DirectClient;
  private readonly requestTimeoutMs: number;
  private readonly inFlight = new Set<Promise<unknown>>();
  private readonly closed = new AbortController();
  private readonly knownUrl: string | undefined;
  private lookUp: Promise<string> | undefined;

  constructor(options: SqsQueueOptions) {
    this.knownUrl = options.queueUrl;
    this.queueName = options.queueName ?? nameIn(options.queueUrl);
    this.client = createSqsClient(options, options.maxSockets ?? 16);
    this.direct = this.directClient(this.client);
    // With a shared client, long polls could take all connections, and a delete would wait for 20 seconds.
    this.longPollClient = createSqsClient(options, options.maxLongPolls ?? 8);
    this.longPolls = this.directClient(this.longPollClient);
    this.requestTimeoutMs = options.requestTimeoutMs ?? 10_000;
  }

  /**
   * @param action for the error message, such as `send to`
   * @returns the output of the operation, as in the SDK
   * @throws MessageQueueError
   */
  async call<Output>(action: SqsAction, request: SqsCall): Promise<Output> {
    this.assertOpen();
    const call = this.within(action, (signal) =>
      this.execute<Output>(this.direct, request, signal),
    );
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
  async longPoll<Output>(
    waitMs: number,
    signal: AbortSignal | undefined,
    request: SqsCall,
  ): Promise<Output | undefined> {
    this.assertOpen();
    const endSignals = [this.closed.signal, ...(signal ? [signal] : [])];
    try {
      return await withDeadline(
        this.requestTimeoutMs + waitMs,
        ({ signal: ended }) => this.execute<Output>(this.longPolls, request, ended),
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
    this.longPollClient.destroy();
  }

  private assertOpen(): void {
    if (this.closed.signal.aborted)
      throw new MessageQueueError('unavailable', `queue ${this.queueName} is closed`);
  }

  private directClient(client: SQSClient): DirectClient {
    const sample = async () => new GetQueueAttributesCommand({ QueueUrl: await this.url() });
    return new DirectClient(client, sample, errorIn);
  }

  private async execute<Output>(
    client: DirectClient,
    { operation, input }: SqsCall,
    signal: AbortSignal,
  ): Promise<Output> {
    const body = Buffer.from(JSON.stringify({ QueueUrl: await this.url(), ...input }));
    const headers = {
      'content-length': String(body.length),
      'x-amz-target': `AmazonSQS.${operation}`,
    };
    // Messages are small: their attempts share one deadline.
    const answer = await retried({}, isTransient, () =>
      client.call({ method: 'POST', headers, body }, signal),
    );
    return outputIn(answer) as Output;
  }

  /** Looked up once for all concurrent callers, and again after a failure. */
  private async url(): Promise<string> {
    if (this.knownUrl !== undefined) return this.knownUrl;
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

function createSqsClient(options: SqsQueueOptions, maxSockets: number): SQSClient {
  const url = options.queueUrl === undefined ? undefined : new URL(options.queueUrl);
  const region = options.region ?? url?.hostname.match(regionInHost)?.[1];
  const endpoint = options.endpoint ?? url?.origin;
  return new SQSClient(clientConfig({ ...options, region, endpoint }, maxSockets));
}

/**
 * The response to an operation without output is empty.
 * @throws Error that does not quote the response, which contains messages
 */
function outputIn(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Error('the response is not JSON');
  }
}
