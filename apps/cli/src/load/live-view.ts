import { Presets, SingleBar } from 'cli-progress';
import { type Output, printLine } from '../cli-context.js';
import type { Interval } from './tally.js';

/** Shows the run while it goes on. */
export interface LiveView {
  show(interval: Interval): Promise<void>;
  stop(): void;
}

/** A bar with the last second on a terminal; elsewhere a JSON line for each interval. */
export function liveView(output: Output, seconds: number): LiveView {
  if (output.isTTY !== true) {
    return {
      show: (interval) => printLine(output, JSON.stringify(interval)),
      stop: () => undefined,
    };
  }
  const bar = new SingleBar(
    {
      stream: output,
      gracefulExit: false,
      clearOnComplete: true,
      barsize: 16,
      format: '{bar} {value}/{total} s  {line}',
    },
    Presets.shades_classic,
  );
  bar.start(Math.round(seconds), 0, { line: 'starting' });
  return {
    async show(interval) {
      bar.update(Math.min(Math.round(seconds), interval.second), { line: lineOf(interval) });
    },
    stop: () => bar.stop(),
  };
}

/** `due 30 sent 30 answered 29 · in flight 3 · p50 12 p99 40 ms · accepted 28, refused 1`. */
function lineOf(interval: Interval): string {
  const { due, sent, answered, inFlight, waiting, latency } = interval;
  const names = ['accepted', 'discarded', 'refused', 'failed'] as const;
  const outcomes = names
    .filter((name) => interval[name] > 0)
    .map((name) => `${name} ${interval[name]}`)
    .join(', ');
  const times = latency ? `p50 ${latency.p50.toFixed(0)} p99 ${latency.p99.toFixed(0)} ms` : '-';
  const flight = `in flight ${inFlight}${waiting > 0 ? `, ${waiting} waiting` : ''}`;
  return `due ${due} sent ${sent} answered ${answered} · ${flight} · ${times} · ${outcomes}`;
}
