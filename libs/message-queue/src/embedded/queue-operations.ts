import type { OutgoingMessage, QueueDepth, ReceivedMessage } from '../message-queue.js';

/** The operations of the worker thread, one per {@link QueueRequest}. Times are in epoch milliseconds. */
export interface QueueOperations {
  /** Returns the message ids in order. */
  send(input: SendInput): readonly string[];
  receive(input: ReceiveInput): readonly ReceivedMessage[];
  delete(input: { readonly queue: string; readonly receipt: string }): void;
  /** Returns false if the delivery has expired. */
  changeVisibility(input: ChangeVisibilityInput): boolean;
  depth(input: { readonly queue: string; readonly now: number }): QueueDepth;
  peek(input: { readonly queue: string; readonly max: number }): readonly PeekedMessage[];
  names(input: Readonly<Record<string, never>>): readonly string[];
}

export interface SendInput {
  readonly queue: string;
  readonly now: number;
  readonly messages: readonly OutgoingMessage[];
}

export interface ReceiveInput {
  readonly queue: string;
  readonly now: number;
  readonly max: number;
  readonly hiddenUntil: number;
  readonly deadLetter: DeadLetterPolicy | undefined;
}

export interface ChangeVisibilityInput {
  readonly queue: string;
  readonly now: number;
  readonly receipt: string;
  readonly hiddenUntil: number;
}

/** The queue for messages that were delivered `maxReceiveCount` times without being deleted. */
export interface DeadLetterPolicy {
  readonly queue: string;
  readonly maxReceiveCount: number;
}

/** A message in a queue. */
export interface PeekedMessage extends Omit<ReceivedMessage, 'receipt'> {
  /** In the future for a delivered message that is still invisible. */
  readonly visibleAt: Date;
}

export type QueueRequest = {
  [Name in keyof QueueOperations]: {
    readonly id: number;
    readonly operation: Name;
    readonly input: Parameters<QueueOperations[Name]>[0];
  };
}[keyof QueueOperations];

export type QueueReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly failure: StorageFailure };

/** A system or SQLite error in a form that can be sent between threads. */
export interface StorageFailure {
  readonly message: string;
  /** The `errno` name, or `ERR_SQLITE_ERROR`. */
  readonly code?: string;
  /** SQLite's extended result code. */
  readonly sqliteCode?: number;
}
