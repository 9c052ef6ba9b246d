/** Real backends that a test can make fail. */
import { type BlobBody, type BlobInfo, type BlobStore, BlobStoreError } from '#antenna/blob-store';
import {
  type MessageQueue,
  MessageQueueError,
  type OutgoingMessage,
  type QueueDepth,
  type ReceivedMessage,
  type ReceiveOptions,
  type SendResult,
} from '#antenna/message-queue';

export class FailingStore implements BlobStore {
  /** Whether `put` fails for a key. */
  down: (key: string) => boolean = () => false;
  /** Number of failed attempts. */
  failures = 0;
  prefersBatches: boolean;

  constructor(private readonly store: BlobStore) {
    this.prefersBatches = store.prefersBatches;
  }

  async put(key: string, body: BlobBody): Promise<void> {
    if (this.down(key)) {
      this.failures += 1;
      throw new BlobStoreError('unavailable', 'the store is down');
    }
    await this.store.put(key, body);
  }

  async get(key: string): Promise<Buffer> {
    return await this.store.get(key);
  }

  async size(key: string): Promise<number | undefined> {
    return await this.store.size(key);
  }

  async delete(key: string): Promise<void> {
    await this.store.delete(key);
  }

  async rewrite(...args: Parameters<BlobStore['rewrite']>): Promise<boolean> {
    return await this.store.rewrite(...args);
  }

  async deleteVersions(...args: Parameters<BlobStore['deleteVersions']>): Promise<void> {
    await this.store.deleteVersions(...args);
  }

  list(prefix: string): AsyncIterable<BlobInfo> {
    return this.store.list(prefix);
  }

  async check(): Promise<void> {
    await this.store.check();
  }
}

export class FailingQueue implements MessageQueue {
  /** Whether a whole `send` fails. */
  down = false;
  /** Whether the entry of a message in a batch fails. */
  refuses: (body: string) => boolean = () => false;
  /** Number of failed attempts. */
  failures = 0;

  constructor(private readonly queue: MessageQueue) {}

  get name(): string {
    return this.queue.name;
  }

  get system(): MessageQueue['system'] {
    return this.queue.system;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly SendResult[]> {
    if (this.down) {
      this.failures += 1;
      throw new MessageQueueError('unavailable', 'the queue is down');
    }
    const wanted = messages.filter(({ body }) => !this.refuses(body));
    const results = wanted.length === 0 ? [] : [...(await this.queue.send(wanted))];
    return messages.map((message): SendResult => {
      const sent = wanted.includes(message) ? results.shift() : undefined;
      if (sent) return sent;
      this.failures += 1;
      return { ok: false, code: 'refused', retryable: true };
    });
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    return await this.queue.receive(options);
  }

  async delete(receipt: string): Promise<void> {
    await this.queue.delete(receipt);
  }

  async changeVisibility(receipt: string, timeoutMs: number): Promise<void> {
    await this.queue.changeVisibility(receipt, timeoutMs);
  }

  async depth(): Promise<QueueDepth> {
    return await this.queue.depth();
  }

  async check(): Promise<void> {
    await this.queue.check();
  }

  async close(): Promise<void> {
    await this.queue.close();
  }
}
