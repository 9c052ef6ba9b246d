import { Inject, Injectable } from '@nestjs/common';

import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { processedCrashKey, rawCrashKey } from '#antenna/crash-report';
import { ByteSemaphore } from '#antenna/memory';
import { type ProcessedCrash, readProcessedCrash } from '#antenna/processed-crash';
import { type StoredCrash, StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';

import { CRASH_STORE } from '../dependencies.js';
import { BusyError } from './busy-error.js';

const MiB = 1024 * 1024;
/** For crashes that are being read or sent. */
const memoryBytes = 64 * MiB;
/** Parsed JSON takes about this many times its bytes. */
const parsedFactor = 4;
const waitMs = 10_000;
/** More than a processor writes and a collector stores; what is larger was not made by them, and is not read. */
const maxBytes = 40 * MiB;

export interface FoundCrash {
  /** Undefined if there is none, or one that this version cannot read, or that is too large. */
  readonly processed: ProcessedCrash | undefined;
  readonly isProcessed: boolean;
  /** The raw crash, if asked for; undefined if it is damaged or too large. */
  readonly stored: StoredCrash | undefined;
}

/** Bytes in memory, to give back when they were sent. */
export interface HeldBytes {
  readonly bytes: Buffer;
  release(): void;
}

/** Reads crashes in bounded memory. Every method rejects with BlobStoreError, or BusyError while too much is being read. */
@Injectable()
export class CrashesService {
  private readonly memory = new ByteSemaphore(memoryBytes);
  private readonly stored: StoredCrashes;

  constructor(@Inject(CRASH_STORE) private readonly store: BlobStore) {
    this.stored = StoredCrashes.ofCollector(store, 'the crash store');
  }

  async isStored(crashId: string): Promise<boolean> {
    return (await this.store.size(rawCrashKey(crashId))) !== undefined;
  }

  /**
   * Undefined if the crash is not stored; what an interrupted erasure left of it is not shown.
   * @param parts with `raw`, also the raw crash
   * @param use the crash must not be used after it
   */
  async read<Result>(
    crashId: string,
    parts: 'processed' | 'raw',
    use: (found: FoundCrash) => Promise<Result>,
  ): Promise<Result | undefined> {
    const rawSize = await this.store.size(rawCrashKey(crashId));
    if (rawSize === undefined) return undefined;
    const size = (await this.store.size(processedCrashKey(crashId))) ?? 0;
    const isRead = { processed: size <= maxBytes, raw: parts === 'raw' && rawSize <= maxBytes };
    const read = (isRead.processed ? size : 0) + (isRead.raw ? rawSize : 0);
    const release = await this.hold(read * parsedFactor);
    try {
      const processed = isRead.processed
        ? await readProcessedCrash(this.store, crashId)
        : undefined;
      const stored = isRead.raw ? await this.find(crashId) : undefined;
      return await use({ processed, isProcessed: size > 0, stored });
    } finally {
      release();
    }
  }

  /** Undefined if there is no such object. */
  async bytes(key: string): Promise<HeldBytes | undefined> {
    const size = await this.store.size(key);
    if (size === undefined) return undefined;
    const release = await this.hold(size);
    try {
      return { bytes: await this.store.get(key), release };
    } catch (error) {
      release();
      if (error instanceof BlobStoreError && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  private async find(crashId: string): Promise<StoredCrash | undefined> {
    try {
      return await this.stored.find(crashId);
    } catch (error) {
      if (error instanceof StoredCrashesError) return undefined;
      throw error;
    }
  }

  private async hold(bytes: number): Promise<() => void> {
    const signal = AbortSignal.timeout(waitMs);
    return await this.memory.acquire(bytes, signal).catch((error: unknown) => {
      throw signal.aborted ? new BusyError({ cause: error }) : error;
    });
  }
}
