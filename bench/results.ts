import { statfs } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';

import { type MemoryRun, measureMemory } from './measurements/memory.js';
import type { MeasurementContext } from './measurements/measurement-context.js';
import { measureMoving, type Moving } from './measurements/moving.js';
import { measureRates, type RateCell } from './measurements/rates.js';
import { measureRejections, type Rejections } from './measurements/rejections.js';
import { measureShipping, type Shipping } from './measurements/shipping.js';
import { measureTelemetry, type TelemetryCost } from './measurements/telemetry.js';
import { measureS3Puts, type S3Puts } from './micro/s3-puts.js';
import { measureVerdicts, type Verdicts } from './micro/verdicts.js';

/** Where it was measured, as far as it bears on the figures. */
interface Machine {
  readonly processors: number;
  readonly memoryBytes: number;
  readonly node: string;
  readonly platform: string;
  /** Of the last minute before the start: work of others makes every figure worse and less certain. */
  readonly loadAverage: number;
  /** A file system in memory makes syncing free, and the comparison worthless. */
  readonly diskIsMemory: boolean;
}

/** Everything that was measured; `--json` writes it as it is. */
export interface Results {
  readonly machine: Machine;
  readonly seconds: number;
  readonly rates: readonly RateCell[];
  readonly memory: readonly MemoryRun[];
  readonly rejections: Rejections;
  readonly moving: Moving;
  readonly shipping: Shipping;
  readonly s3Puts: S3Puts;
  readonly telemetry: TelemetryCost;
  readonly verdicts: Verdicts;
}

export async function measureAll(context: MeasurementContext): Promise<Results> {
  const machine = await describeMachine(context.folder);
  const begun = performance.now();
  context.progress('verdicts');
  const verdicts = await measureVerdicts(context.plan.verdictRounds);
  const rejections = await measureRejections(context);
  const rates = await measureRates(context);
  const shipping = await measureShipping(context);
  context.progress('puts into S3');
  const s3Puts = await measureS3Puts(context.plan.s3PutRounds, await context.newFolder());
  const moving = await measureMoving(context);
  const telemetry = await measureTelemetry(context);
  const memory = await measureMemory(context);
  const seconds = Math.round((performance.now() - begun) / 1000);
  return {
    machine,
    seconds,
    rates,
    memory,
    rejections,
    moving,
    shipping,
    s3Puts,
    telemetry,
    verdicts,
  };
}

/** TMPFS_MAGIC and RAMFS_MAGIC (linux/magic.h). */
const memoryFileSystems: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** @param directory where the reports are written */
async function describeMachine(directory: string): Promise<Machine> {
  return {
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.version,
    loadAverage: loadavg()[0] ?? 0,
    platform: `${process.platform} ${process.arch}`,
    diskIsMemory: memoryFileSystems.has((await statfs(directory)).type),
  };
}
