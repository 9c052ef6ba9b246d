import { seededRandom } from '#antenna/crash-client';
import type { CorpusChoice } from '../corpus/corpus-options.js';
import { arrivals, type OpenShape } from './arrivals.js';
import type { ReportOptions } from '../report/deliver-report.js';
import type { ReportPool } from './report-pool.js';
import type { LoadPlan } from './run-load.js';
import type { VerifyOptions } from './verify/verifier.js';

/** The options of `antenna load`; durations in milliseconds. */
export interface LoadOptions extends CorpusChoice, ReportOptions, VerifyOptions {
  readonly url: URL;
  readonly yesThisIsMine?: true;
  readonly shape: 'hose' | OpenShape;
  readonly rate: number;
  readonly duration: number;
  readonly count: number;
  readonly connections?: number;
  readonly newConnections?: true;
  readonly arrivals: 'poisson' | 'even';
  readonly steps: number;
  readonly dayLength: number;
  readonly night: number;
  readonly factor: number;
  readonly timeout: number;
  readonly distinct: number;
  readonly expectP99?: number;
}

const hoseConnections = 10;
const openConnections = 256;

export function loadPlan(options: LoadOptions, pool: ReportPool, signal: AbortSignal): LoadPlan {
  const { shape } = options;
  return {
    url: options.url,
    dueTimes: shape === 'hose' ? undefined : dueTimes(shape, options),
    connections: options.connections ?? (shape === 'hose' ? hoseConnections : openConnections),
    newConnections: options.newConnections === true,
    durationMs: options.duration,
    count: options.count,
    timeoutMs: options.timeout,
    reportAt: (sequence) => pool.at(sequence),
    signal,
  };
}

function dueTimes(shape: OpenShape, options: LoadOptions): Iterable<number> {
  const { rate, duration: durationMs, steps, dayLength: dayMs, night, factor } = options;
  const random = seededRandom(options.seed);
  const share = (): number => random.below(2 ** 32) / 2 ** 32;
  const plan = { shape, rate, durationMs, steps, dayMs, night, factor };
  return arrivals(plan, options.arrivals === 'even' ? undefined : share);
}
