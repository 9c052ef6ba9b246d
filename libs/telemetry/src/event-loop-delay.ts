import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from './metrics.js';

/** Several readers collect metrics, each when it likes; the figures are those of the last whole period. */
const periodMs = 10_000;
const quantiles = { p50: 50, p99: 99, max: 100 } as const;
type Quantile = keyof typeof quantiles;

/** Reports how late timers ran. Returns what ends it. */
export function observeEventLoopDelay(metrics: Metrics): () => void {
  const monitor = monitorEventLoopDelay({ resolution: 10 });
  let last: Partial<Record<Quantile, number>> = {};
  const read = (quantile: Quantile): number => monitor.percentile(quantiles[quantile]) / 1e9;
  const snapshot = setInterval(() => {
    last = { p50: read('p50'), p99: read('p99'), max: read('max') };
    monitor.reset();
  }, periodMs).unref();
  monitor.enable();
  const ends = (['p50', 'p99', 'max'] as const).map((quantile) =>
    metrics.observe('antenna.process.event_loop.delay', () => last[quantile] ?? read(quantile), {
      quantile,
    }),
  );
  return () => {
    clearInterval(snapshot);
    monitor.disable();
    for (const end of ends) end();
  };
}
