import { Presets, SingleBar } from 'cli-progress';
import type { Output } from './cli-context.js';

export interface ProgressBar {
  advance(by: number): void;
  /** Takes the bar away. */
  stop(): void;
}

const noBar: ProgressBar = { advance: () => undefined, stop: () => undefined };

/** A bar on a terminal; nothing for a reader that is none, or when there is nothing to wait for. */
export function progressBar(output: Output, total: number): ProgressBar {
  if (output.isTTY !== true || total === 0) return noBar;
  // Ctrl-C is ours: the bar's own handling of it would end the process before the summary.
  const options = { stream: output, gracefulExit: false, clearOnComplete: true };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(total, 0);
  return { advance: (by) => bar.increment(by), stop: () => bar.stop() };
}
