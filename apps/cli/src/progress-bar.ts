import { Presets, SingleBar } from 'cli-progress';
import type { Output } from './cli-context.js';

export interface ProgressBar {
  advance(by: number): void;
  /** Removes the bar. */
  stop(): void;
}

const noBar: ProgressBar = { advance: () => undefined, stop: () => undefined };

/** A bar on a terminal; nothing elsewhere, or when there is nothing to do. */
export function progressBar(output: Output, total: number): ProgressBar {
  if (output.isTTY !== true || total === 0) return noBar;
  // The command handles Ctrl-C: the bar's own handling would end the process before the summary.
  const options = { stream: output, gracefulExit: false, clearOnComplete: true };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(total, 0);
  return { advance: (by) => bar.increment(by), stop: () => bar.stop() };
}
