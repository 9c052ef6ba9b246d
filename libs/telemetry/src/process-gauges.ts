/** Gauges for the state of the process itself. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Metrics } from './metrics.js';

/** Readers collect metrics independently of each other, so the figures cover the last complete period. */
const periodMs = 10_000;

/** Each sample wakes an idle process: twenty a second would cost 0.4 ms of CPU a second more. */
const sampleEveryMs = 100;

/** Observes the event loop and the memory. Returns a function that stops it. */
export function observeProcess(metrics: Metrics): () => void {
  const ends = [observeEventLoop(metrics), ...observeMemory(metrics)];
  return () => {
    for (const end of ends) end();
  };
}

interface EventLoopLoad {
  /** Delay of timers in seconds. */
  readonly delay: Readonly<Record<'p50' | 'p99' | 'max', number>>;
  readonly utilization: number;
}

function observeEventLoop(metrics: Metrics): () => void {
  const monitor = monitorEventLoopDelay({ resolution: sampleEveryMs });
  let begin = performance.eventLoopUtilization();
  const seconds = (percentile: number): number => delaySeconds(monitor.percentile(percentile));
  const read = (): EventLoopLoad => ({
    delay: { p50: seconds(50), p99: seconds(99), max: seconds(100) },
    utilization: performance.eventLoopUtilization(begin).utilization,
  });
  let last: EventLoopLoad | undefined;
  const snapshot = setInterval(() => {
    last = read();
    monitor.reset();
    begin = performance.eventLoopUtilization();
  }, periodMs).unref();
  monitor.enable();
  const current = (): EventLoopLoad => last ?? read();
  const ends = [
    ...(['p50', 'p99', 'max'] as const).map((quantile) =>
      metrics.observe('antenna.process.event_loop.delay', () => current().delay[quantile], {
        quantile,
      }),
    ),
    metrics.observe('antenna.process.event_loop.utilization', () => current().utilization),
  ];
  return () => {
    clearInterval(snapshot);
    monitor.disable();
    for (const end of ends) end();
  };
}

/** @param intervalNs time between two samples, in nanoseconds; timers may fire slightly early */
export function delaySeconds(intervalNs: number): number {
  return Math.max(0, intervalNs / 1e9 - sampleEveryMs / 1000);
}

function observeMemory(metrics: Metrics): (() => void)[] {
  const memory = 'antenna.process.memory';
  return [
    metrics.observe(memory, () => process.memoryUsage.rss(), { kind: 'resident' }),
    metrics.observe(memory, () => process.memoryUsage().heapUsed, { kind: 'heap' }),
    metrics.observe(memory, () => process.memoryUsage().external, { kind: 'buffers' }),
  ];
}
