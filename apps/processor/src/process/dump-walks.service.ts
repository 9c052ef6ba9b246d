/** Walks the minidumps of a crash, one after the other. */
import { Injectable } from '@nestjs/common';

import { isMinidumpName } from '#antenna/crash-report';
import { errorMessage } from '#antenna/errors';
import { ByteSemaphore, free } from '#antenna/memory';
import type { WalkedDump, WalkStatus } from '#antenna/processed-crash';
import { StackWalkError, type WalkedStack, type WalkTime } from '#antenna/stack-walker';
import type { StoredCrash } from '#antenna/stored-crashes';
import { inSpan, Metrics } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { withStage } from '../process-error.js';
import { ProcessorConfig } from '../processor.config.js';
import { StackWalkersService } from './stack-walkers.service.js';

/** The crashed process and, of Firefox, a few others have one. A hostile report can have thousands. */
const maxDumps = 16;
/** Of the stacks as JSON, after which no further dump of a crash is walked. Names that dumps repeat need no bytes there. */
const enoughBytes = 16 * 1024 * 1024;

/** What a walk may do. */
export interface WalkOptions {
  /** Earlier attempts ended the process: nothing is walked. */
  readonly isKiller: boolean;
  /** The sources of symbols had their chances: missing ones are noted. Otherwise they are a reason to try again. */
  readonly isWithoutSymbols: boolean;
}

interface TimedWalk extends WalkOptions {
  readonly time: WalkTime;
}

interface WalkedDumps {
  /** By name, sorted. */
  readonly dumps: ReadonlyMap<string, WalkedDump>;
  readonly notes: readonly string[];
}

interface Walked {
  readonly dump: WalkedDump;
  /** Of its stacks as JSON. */
  readonly bytes: number;
  readonly notes: readonly string[];
}

@Injectable()
export class DumpWalksService {
  private readonly memory: ByteSemaphore;

  constructor(
    private readonly walkers: StackWalkersService,
    private readonly config: ProcessorConfig,
    private readonly metrics: Metrics,
  ) {
    this.memory = new ByteSemaphore(config.dumpMemoryBytes);
  }

  /** @throws ProcessError or StackWalkError if a retry may help; BlobStoreError */
  async walkAll(crash: StoredCrash, options: WalkOptions): Promise<WalkedDumps> {
    // `upload_file_minidump` sorts first.
    const names = crash.dumpNames.filter(isMinidumpName).toSorted();
    const dumps = new Map<string, WalkedDump>();
    const notes: string[] = [];
    // All together take no longer than one may: other crashes wait for the same threads.
    const time = { leftMs: this.config.walkTimeoutMs };
    let bytes = 0;
    for (const name of names) {
      if (dumps.size === maxDumps || bytes > enoughBytes || time.leftMs <= 0) {
        notes.push(`${names.length - dumps.size} minidumps were left out`);
        break;
      }
      const walked = await this.walk(crash, name, { ...options, time });
      this.metrics.increment('antenna.processor.walks', { result: walked.dump.status });
      dumps.set(name, walked.dump);
      notes.push(...walked.notes.map((note) => `${name}: ${note}`));
      bytes += walked.bytes;
    }
    if (names.length === 0)
      this.metrics.increment('antenna.processor.walks', { result: 'not_there' });
    return { dumps, notes };
  }

  private async walk(crash: StoredCrash, name: string, options: TimedWalk): Promise<Walked> {
    if (options.isKiller) return unwalked('killed', 'not walked: it ended the processor before');
    const size = await withStage('read', async () => await crash.dumpSize(name));
    if (size === undefined) return unwalked('missing', 'not stored');
    const { dumpMemoryBytes: limit } = this.config;
    if (size > limit) return unwalked('too_large', `not walked: ${size} bytes, limit ${limit}`);
    const release = await this.memory.acquire(size);
    try {
      const { dump, bytes } = await withStage('read', async () => await crash.readDump(name));
      if (!bytes) return unwalked('missing', 'not stored');
      const { walk, notes, bytes: jsonBytes } = await this.walkBytes(bytes, options);
      const isDamaged = dump.state === 'damaged';
      return {
        dump: { status: 'OK', json_dump: walk },
        bytes: jsonBytes,
        notes: isDamaged ? ['its checksum differs from that in the raw crash', ...notes] : notes,
      };
    } catch (error) {
      const status = error instanceof StackWalkError ? statusOf(error) : undefined;
      if (status === undefined) throw error;
      return unwalked(status, `not walked: ${errorMessage(error)}`);
    } finally {
      release();
    }
  }

  private async walkBytes(bytes: Buffer, options: TimedWalk): Promise<WalkedStack> {
    const startedAt = performance.now();
    try {
      const walk = async () => await this.walkers.walk(bytes, options);
      return await inSpan('walk', {}, walk);
    } finally {
      this.metrics.record('antenna.processor.walk.duration', secondsSince(startedAt));
      free(bytes);
    }
  }
}

function unwalked(status: Exclude<WalkStatus, 'OK'>, note: string): Walked {
  return { dump: { status, json_dump: null }, bytes: 0, notes: [note] };
}

/** Undefined if the same dump may be walked later. */
function statusOf({ code }: StackWalkError): Exclude<WalkStatus, 'OK'> | undefined {
  switch (code) {
    case 'unreadable':
    case 'memory':
    case 'deadline':
    case 'crash':
    case 'result_too_large':
      return code;
    case 'queue_full':
    case 'aborted':
    case 'closed':
      return undefined;
  }
}
