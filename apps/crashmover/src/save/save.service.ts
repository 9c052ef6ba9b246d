/** Writes the objects of one crash. The raw crash comes last: once a reader sees it, everything else is there. */
import { createHash } from 'node:crypto';

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

@Injectable()
export class SaveService {
  constructor(
    @Inject(CRASH_STORE) private readonly crashes: BlobStore,
    private readonly config: CrashmoverConfig,
  ) {}

  /** Idempotent: a redelivered crash writes the same bytes under the same keys. */
  async save({ header, dumps, rawCrash }: Envelope): Promise<void> {
    const { crashId } = header;
    await Promise.all([
      this.crashes.put(dumpNamesKey(crashId), serializeDumpNames(dumps.map(({ name }) => name))),
      ...dumps.map(({ name, bytes }) => this.crashes.put(dumpKey(crashId, name), bytes)),
    ]);
    const checksums = Object.fromEntries(
      dumps.map(({ name, bytes }) => [name, this.checksum(bytes)]),
    );
    await this.crashes.put(rawCrashKey(crashId), withDumpChecksums(rawCrash, checksums));
  }

  private checksum(bytes: Buffer): string {
    return createHash(this.config.dumpChecksum).update(bytes).digest('hex');
  }
}
