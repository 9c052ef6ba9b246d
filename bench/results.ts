import { statfs } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';

import { type MemoryRun, measureMemory } from './measurements/memory.js';
import type { MeasurementContext } from './measurements/context.js';
import { measurePath, type PathRun } from './measurements/path.js';
import {
  measureMoves,
  measureRates,
  measureRejections,
  type Moves,
  type RateCell,
  type Rejections,
} from './measurements/rates.js';
import { measureTelemetry, type TelemetryCost } from './measurements/telemetry.js';
import { measureProcessed, type Processed } from './micro/processed.js';
import { measureS3Puts, type S3Puts } from './micro/s3-puts.js';
import { measureStackWalks, type StackWalks } from './micro/stack-walks.js';
import { measureVerdicts, type Verdicts } from './micro/verdicts.js';

/** All figures; `--json` writes them. */
export interface Results {
  readonly machine: Awaited<ReturnType<typeof describeMachine>>;
  readonly seconds: number;
  readonly rates: readonly RateCell[];
  readonly memory: readonly MemoryRun[];
  readonly rejections: Rejections;
  readonly moves: Moves;
  readonly path: readonly PathRun[];
  readonly s3Puts: S3Puts;
  readonly telemetry: TelemetryCost;
  readonly verdicts: Verdicts;
  readonly processed: Processed;
  readonly stackWalks: StackWalks;
}

/** Runs the measurements in this order. */
export async function measureAll(context: MeasurementContext): Promise<Results> {
  const { folder, newFolder, plan, progress } = context;
  const machine = await describeMachine(folder);
  const startedAt = performance.now();
  progress('verdicts');
  const measured = {
    verdicts: await measureVerdicts(plan.verdictRounds),
    processed: await measureProcessed(plan.processedRounds, await newFolder()),
    stackWalks: await measureStackWalks(plan.verdictRounds),
    rejections: await measureRejections(context),
    moves: await measureMoves(context),
    rates: await measureRates(context),
    path: await measurePath(context),
    s3Puts: await measureS3Puts(plan.s3PutRounds, await newFolder()),
    telemetry: await measureTelemetry(context),
    memory: await measureMemory(context),
  };
  return { machine, seconds: Math.round((performance.now() - startedAt) / 1000), ...measured };
}

/** TMPFS_MAGIC and RAMFS_MAGIC (linux/magic.h). */
const memoryFileSystems: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** @param directory where the reports are written */
async function describeMachine(directory: string) {
  return {
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    /** Of the last minute before the start: other work makes every figure worse and less certain. */
    loadAverage: loadavg()[0] ?? 0,
    /** Syncing a file system in memory costs nothing, so the comparison is worthless. */
    diskIsMemory: memoryFileSystems.has((await statfs(directory)).type),
  };
}
