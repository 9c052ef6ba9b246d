import { linesOf, logLines } from '../load/logs/log-lines.js';
import { type CliContext, printLine } from '../cli-context.js';
import { collectorLog } from './collector-log.js';
import { followedFile } from './followed-file.js';

export interface FollowedLog {
  readonly dataDir: string;
  /** A file, or `-` for standard input. Default: the collector of the data directory. */
  readonly log?: string;
}

/** Log lines as they are written, until Ctrl-C or the end of the log. */
export async function* followedLines(
  { dataDir, log }: FollowedLog,
  { interrupted, stdin, stderr }: CliContext,
): AsyncGenerator<string> {
  const announce = async (what: string): Promise<void> =>
    await printLine(stderr, `following ${what}; Ctrl-C ends`);
  try {
    if (log === '-') {
      interrupted.addEventListener('abort', () => stdin.destroy());
      yield* logLines(log, stdin);
    } else if (log === undefined) {
      yield* linesOf(collectorLog(dataDir, interrupted, announce));
      await printLine(stderr, 'the collector has stopped');
    } else {
      yield* linesOf(followedFile(log, interrupted, () => announce(log)));
    }
  } catch (error) {
    // Ctrl-C also ends what is being read with an error.
    if (!interrupted.aborted) throw error;
  }
}
