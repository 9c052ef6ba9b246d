import { createHistogram } from 'node:perf_hooks';

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Longer times count as this. */
const maxMicroseconds = 86_400_000_000;

/** Percentiles of any number of times in constant memory, within a thousandth. */
export class Latencies {
  private readonly histogram = createHistogram({
    lowest: 1,
    highest: maxMicroseconds,
    figures: 3,
  });

  record(milliseconds: number): void {
    const microseconds = Math.round(milliseconds * 1000);
    this.histogram.record(Math.min(maxMicroseconds, Math.max(1, microseconds)));
  }

  reset(): void {
    this.histogram.reset();
  }

  /** Undefined without a time. */
  get percentiles(): Latency | undefined {
    const { histogram } = this;
    if (histogram.count === 0) return undefined;
    const milliseconds = (percentile: number): number => histogram.percentile(percentile) / 1000;
    return {
      p50: milliseconds(50),
      p90: milliseconds(90),
      p99: milliseconds(99),
      p999: milliseconds(99.9),
      max: histogram.max / 1000,
    };
  }
}

/** `p50 3.1 ms, p90 …`. */
export function latencyText({ p50, p90, p99, p999, max }: Latency): string {
  return Object.entries({ p50, p90, p99, 'p99.9': p999, max })
    .map(([name, value]) => `${name} ${timeText(value)}`)
    .join(', ');
}

export function timeText(milliseconds: number): string {
  return milliseconds < 10_000
    ? `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}
