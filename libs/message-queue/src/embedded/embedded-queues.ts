import { join, resolve } from 'node:path';
import { Arrivals } from './arrivals.js';
import { type EmbeddedQueue, SqliteQueue } from './embedded-queue.js';
import type { DeadLetterPolicy } from './queue-operations.js';
import { QueueWorker } from './queue-worker.js';

interface EmbeddedQueuesOptions {
  /** Created if it does not exist; the queues are in its file `queues.sqlite`. Must be on a local disk, not a network share. */
  readonly directory: string;
  /** The clock for visibility and ages, in epoch milliseconds. */
  readonly now?: () => number;
}

/** The queues of one directory, which several processes may use at the same time. */
export interface EmbeddedQueues {
  /**
   * Returns the queue of this name. It is created with its first message.
   * @throws RangeError if SQS would not allow the name, or if `maxReceiveCount` is below 1.
   */
  queue(name: string, options?: { readonly deadLetter?: DeadLetterPolicy }): EmbeddedQueue;
  /** The names of all queues that ever held a message, sorted. */
  names(): Promise<readonly string[]>;
  /** Ends waiting receives, finishes requests in flight, and closes the database. */
  close(): Promise<void>;
}

/** SQS's rule for queue names. */
const namePattern = /^[A-Za-z0-9_-]{1,80}$/;

/**
 * Opens durable queues in a SQLite file: a message is on the disk when its send resolves.
 * @throws MessageQueueError if the directory or the file cannot be used.
 */
export async function openEmbeddedQueues(options: EmbeddedQueuesOptions): Promise<EmbeddedQueues> {
  const queues = new SqliteQueues(options);
  try {
    await queues.names();
  } catch (error) {
    await queues.close();
    throw error;
  }
  return queues;
}

class SqliteQueues implements EmbeddedQueues {
  private readonly worker: QueueWorker;
  private readonly now: () => number;
  private readonly arrivals = new Map<string, Arrivals>();
  private readonly closing = new AbortController();

  constructor({ directory, now = Date.now }: EmbeddedQueuesOptions) {
    this.worker = new QueueWorker(join(resolve(directory), 'queues.sqlite'));
    this.now = now;
  }

  queue(name: string, options: { readonly deadLetter?: DeadLetterPolicy } = {}): EmbeddedQueue {
    const { deadLetter } = options;
    [name, ...(deadLetter ? [deadLetter.queue] : [])].forEach(assertQueueName);
    if (deadLetter !== undefined && !(deadLetter.maxReceiveCount >= 1))
      throw new RangeError(`maxReceiveCount must be at least 1, not ${deadLetter.maxReceiveCount}`);
    const arrivals = this.arrivals.get(name) ?? new Arrivals();
    this.arrivals.set(name, arrivals);
    return new SqliteQueue({
      name,
      deadLetter,
      arrivals,
      worker: this.worker,
      now: this.now,
      closing: this.closing.signal,
    });
  }

  names(): Promise<readonly string[]> {
    return this.worker.request('names', {});
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.worker.close();
  }
}

function assertQueueName(name: string): void {
  if (!namePattern.test(name)) {
    throw new RangeError(
      `invalid queue name ${JSON.stringify(name.slice(0, 100))}: use 1 to 80 letters, digits, _ and -`,
    );
  }
}
