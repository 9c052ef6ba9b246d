/** Writes the objects of one crash. The raw crash comes last: once a reader sees it, everything else is there. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import { Inject, Injectable } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import {
  dumpKey,
  dumpNamesKey,
  type Envelope,
  rawCrashKey,
  serializeDumpNames,
  withDumpChecksums,
} from '#antenna/crash-report';

import { CrashmoverConfig } from '../crashmover.config.js';
import { CRASH_STORE } from '../dependencies.js';

/** Fewer than the slots of a store: a crash with thousands of dumps leaves some to the others. */
const parallelPuts = 8;
/** Bytes. Other work of the process waits meanwhile, some 20 ms. */
const hashedAtOnce = 8 * 1024 * 1024;

@Injectable()
export class SaveService {
  constructor(
    @Inject(CRASH_STORE) private readonly crashes: BlobStore,
    private readonly config: CrashmoverConfig,
  ) {}

  /** Idempotent: a redelivered crash writes the same bytes under the same keys. */
  async save({ header, dumps, rawCrash }: Envelope): Promise<void> {
    const { crashId } = header;
    const checksums = new Map<string, string>();
    await this.runAll(this.putsBeforeTheRawCrash(crashId, dumps, checksums));
    const complete = withDumpChecksums(rawCrash, Object.fromEntries(checksums));
    await this.crashes.put(rawCrashKey(crashId), complete);
  }

  private *putsBeforeTheRawCrash(
    crashId: string,
    dumps: Envelope['dumps'],
    checksums: Map<string, string>,
  ): Generator<() => Promise<void>> {
    const names = serializeDumpNames(dumps.map(({ name }) => name));
    yield async () => await this.crashes.put(dumpNamesKey(crashId), names);
    for (const { name, bytes, crc32 } of dumps) {
      yield async () => {
        await this.crashes.put(dumpKey(crashId, name), { bytes, crc32 });
        checksums.set(name, await this.checksum(bytes));
      };
    }
  }

  /** After a failure no further put starts, and those in flight end before the caller frees the envelope. */
  private async runAll(puts: Generator<() => Promise<void>>): Promise<void> {
    const lanes = Array.from({ length: parallelPuts }, async () => {
      for (const put of puts) await put();
    });
    const failed = (await Promise.allSettled(lanes)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  private async checksum(bytes: Buffer): Promise<string> {
    const hash = createHash(this.config.dumpChecksum);
    for (let start = 0; start < bytes.length; start += hashedAtOnce) {
      if (start > 0) await setImmediate();
      hash.update(bytes.subarray(start, start + hashedAtOnce));
    }
    return hash.digest('hex');
  }
}
