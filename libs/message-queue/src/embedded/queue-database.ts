// Runs in the worker thread, also directly from TypeScript: relative imports must be of types only.
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { QueueDepth, ReceivedMessage } from '../message-queue.js';
import type {
  ChangeVisibilityInput,
  PeekedMessage,
  QueueOperations,
  ReceiveInput,
  SendInput,
} from './queue-operations.js';

type Row = Record<string, SQLOutputValue>;

/** A receipt is `<message id>:<receive count>`: the count distinguishes deliveries. */
const receiptPattern = /^(?<id>\d{1,15}):(?<count>\d{1,15})$/;

/**
 * A step of the clock by less than this is ignored: a request may wait for seconds while another process writes,
 * so that its time is older than the last one that was seen. Also how often the time is written.
 */
const clockToleranceMs = 30_000;

/** The operations of the queues in SQL. The caller runs those that write inside a transaction. */
export class QueueDatabase implements QueueOperations {
  private readonly declareStatement: StatementSync;
  private readonly insertStatement: StatementSync;
  private readonly anyVisibleStatement: StatementSync;
  private readonly visibleStatement: StatementSync;
  private readonly deliverStatement: StatementSync;
  private readonly moveStatement: StatementSync;
  private readonly removeStatement: StatementSync;
  private readonly hideStatement: StatementSync;
  private readonly depthStatement: StatementSync;
  private readonly peekStatement: StatementSync;
  private readonly namesStatement: StatementSync;
  private readonly clockStatement: StatementSync;
  private readonly setClockStatement: StatementSync;
  private readonly shiftStatement: StatementSync;

  constructor(database: DatabaseSync) {
    const delivery = 'queue = ? AND id = ? AND receive_count = ?';
    this.declareStatement = database.prepare('INSERT OR IGNORE INTO queue (name) VALUES (?)');
    this.insertStatement = database.prepare(
      'INSERT INTO message (queue, body, attributes, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)',
    );
    this.anyVisibleStatement = database.prepare(
      'SELECT 1 FROM message WHERE queue = ? AND visible_at <= ? LIMIT 1',
    );
    this.visibleStatement = database.prepare(
      `SELECT * FROM message WHERE queue = ? AND visible_at <= ?
       ORDER BY visible_at, sent_at, id LIMIT ?`,
    );
    this.deliverStatement = database.prepare(
      'UPDATE message SET visible_at = ?, receive_count = receive_count + 1 WHERE id = ?',
    );
    this.moveStatement = database.prepare(
      'UPDATE message SET queue = ?, visible_at = ? WHERE id = ?',
    );
    this.removeStatement = database.prepare(`DELETE FROM message WHERE ${delivery}`);
    this.hideStatement = database.prepare(
      `UPDATE message SET visible_at = ? WHERE ${delivery} AND visible_at > ?`,
    );
    this.depthStatement = database.prepare(
      `SELECT count(*) FILTER (WHERE visible_at <= ?1) AS visible,
              count(*) FILTER (WHERE visible_at > ?1) AS in_flight,
              min(sent_at) AS oldest
       FROM message WHERE queue = ?2`,
    );
    this.peekStatement = database.prepare(
      'SELECT * FROM message WHERE queue = ? ORDER BY visible_at, sent_at, id LIMIT ?',
    );
    this.namesStatement = database.prepare('SELECT name FROM queue ORDER BY name');
    this.clockStatement = database.prepare('SELECT seen_at FROM clock');
    this.setClockStatement = database.prepare(
      'INSERT INTO clock (id, seen_at) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET seen_at = ?1',
    );
    this.shiftStatement = database.prepare(
      'UPDATE message SET visible_at = visible_at - ?1, sent_at = sent_at - ?1',
    );
  }

  send({ queue, now, messages }: SendInput): string[] {
    this.followClock(now);
    this.declareStatement.run(queue);
    return messages.map(({ body, attributes = {} }) => {
      const sent = this.insertStatement.run(queue, body, JSON.stringify(attributes), now, now);
      return String(sent.lastInsertRowid);
    });
  }

  /** Whether a receive would return a message or follow the clock. Takes no lock. */
  receiveWrites({ queue, now }: { readonly queue: string; readonly now: number }): boolean {
    return (
      this.anyVisibleStatement.get(queue, now) !== undefined ||
      Math.abs(this.clockStep(now)) > clockToleranceMs
    );
  }

  receive(input: ReceiveInput): ReceivedMessage[] {
    this.followClock(input.now);
    return this.deliverable(input).map((row) => {
      const receiveCount = Number(row['receive_count']) + 1;
      this.deliverStatement.run(input.hiddenUntil, Number(row['id']));
      const receipt = `${String(row['id'])}:${receiveCount}`;
      return Object.assign(toMessage(row), { receipt, receiveCount });
    });
  }

  delete({ queue, receipt }: { readonly queue: string; readonly receipt: string }): void {
    const { id, count } = parseReceipt(receipt);
    this.removeStatement.run(queue, id, count);
  }

  changeVisibility({ queue, now, receipt, hiddenUntil }: ChangeVisibilityInput): boolean {
    this.followClock(now);
    const { id, count } = parseReceipt(receipt);
    return Number(this.hideStatement.run(hiddenUntil, queue, id, count, now).changes) > 0;
  }

  depth({ queue, now }: { readonly queue: string; readonly now: number }): QueueDepth {
    const row = this.depthStatement.get(now, queue) ?? {};
    const depth = { visible: Number(row['visible']), inFlight: Number(row['in_flight']) };
    const oldest = row['oldest'];
    return typeof oldest === 'number'
      ? { ...depth, oldestAgeMs: Math.max(0, now - oldest) }
      : depth;
  }

  peek({ queue, max }: { readonly queue: string; readonly max: number }): PeekedMessage[] {
    return this.peekStatement.all(queue, max).map((row) => {
      const visibleAt = new Date(Number(row['visible_at']));
      return Object.assign(toMessage(row), { visibleAt });
    });
  }

  names(): string[] {
    return this.namesStatement.all().map((row) => String(row['name']));
  }

  /**
   * After the clock was set back, the times of all messages, visible ones too, move back with it: each waits as
   * long as it would have waited, with the same age and in the same order.
   */
  private followClock(now: number): void {
    const step = this.clockStep(now);
    if (Math.abs(step) <= clockToleranceMs) return;
    if (step < 0) this.shiftStatement.run(-step);
    this.setClockStatement.run(now);
  }

  /** Milliseconds since a process last wrote the time; negative after the clock was set back. */
  private clockStep(now: number): number {
    const seenAt = this.clockStatement.get()?.['seen_at'];
    return seenAt === undefined ? Infinity : now - Number(seenAt);
  }

  /** Moves messages that were delivered too often to the dead-letter queue; returns the next visible ones. */
  private deliverable({ queue, now, max, deadLetter }: ReceiveInput): Row[] {
    for (;;) {
      const rows = this.visibleStatement.all(queue, now, max);
      const exhausted = deadLetter
        ? rows.filter((row) => Number(row['receive_count']) >= deadLetter.maxReceiveCount)
        : [];
      if (deadLetter === undefined || exhausted.length === 0) return rows;
      this.declareStatement.run(deadLetter.queue);
      for (const row of exhausted) this.moveStatement.run(deadLetter.queue, now, Number(row['id']));
    }
  }
}

function toMessage(row: Row): Omit<ReceivedMessage, 'receipt'> {
  return {
    messageId: String(row['id']),
    body: String(row['body']),
    attributes: JSON.parse(String(row['attributes'])) as Record<string, string>,
    receiveCount: Number(row['receive_count']),
    sentAt: new Date(Number(row['sent_at'])),
  };
}

/** An invalid receipt becomes 0:0, which identifies no delivery: ids and counts begin at 1. */
function parseReceipt(receipt: string): { id: number; count: number } {
  const { id, count } = receiptPattern.exec(receipt)?.groups ?? {};
  return { id: Number(id ?? 0), count: Number(count ?? 0) };
}
