import {
  readRunningCollector,
  removeRunningCollector,
  type RunningCollector,
  writeRunningCollector,
} from '#antenna/backends';
import { StartupError } from '#antenna/service';

import { lockDirectory } from '../../ingest/src/index.js';

/** Held by the process that uses a data directory. */
interface DataDirectoryClaim {
  /** Tells the command line, and a second start, where this collector runs. */
  announce(collector: Omit<RunningCollector, 'pid'>): Promise<void>;
  close(): Promise<void>;
}

/** @throws StartupError if a collector runs on this data directory, or the directory cannot be written */
export async function claimDataDirectory(directory: string): Promise<DataDirectoryClaim> {
  const lock = lockDirectory(directory);
  if (!lock) throw alreadyRunning(directory, await readRunningCollector(directory));
  const { pid } = process;
  await writeRunningCollector(directory, { pid });
  return {
    announce: async (collector) => await writeRunningCollector(directory, { ...collector, pid }),
    close: async () => {
      await removeRunningCollector(directory);
      lock.release();
    },
  };
}

function alreadyRunning(directory: string, other: RunningCollector | undefined): StartupError {
  const where = other?.submitUrl === undefined ? '' : ` on ${new URL(other.submitUrl).origin}`;
  const pid = other === undefined ? '' : ` (pid ${other.pid})`;
  const kill = other === undefined ? '' : ` or by kill ${other.pid}`;
  return new StartupError(
    `already running${where}${pid} with the data directory ${directory}. ` +
      `Stop it with Ctrl-C in its terminal${kill}. To run another one beside it: ` +
      'ANTENNA_DATA_DIR=./data-2 PORT=8010 THROTTLE_CONFIG_PORT=8011 CRASHMOVER_PORT=8012 PROCESSOR_PORT=8013 CRASH_STATS_PORT=8014 npm start',
  );
}
