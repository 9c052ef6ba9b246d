import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, processedCrashKey, rawCrashKey } from '#antenna/crash-report';

import { type Check, CheckSkip } from './check.js';
import { markerAnnotation } from './marked-report.js';
import type { TestRun } from './test-run.js';

/** Removes the objects of the run from the crash store, and reports those that it cannot remove. */
export function cleanUpCheck(
  crashes: BlobStore | undefined,
  run: TestRun,
  kept: 'delete' | 'leave',
): Check {
  return {
    name: 'clean-up',
    run: async () => {
      const marked = `${run.acknowledged.length} reports with ${markerAnnotation}=${run.id}`;
      if (run.acknowledged.length === 0) return 'nothing to remove';
      if (kept === 'leave') throw new CheckSkip(`${marked} are kept because of --keep`);
      if (!crashes) throw new CheckSkip(`${marked} are kept; give --bucket to remove them`);
      return await removeAll(crashes, run);
    },
  };
}

async function removeAll(crashes: BlobStore, run: TestRun): Promise<string> {
  const keys = [
    ...run.acknowledged.flatMap(({ crashId, report }) =>
      keysOf(crashId, Object.keys(report.dumps)),
    ),
    ...run.fakeAccepted.flatMap((crashId) => keysOf(crashId, [])),
  ];
  const left: string[] = [];
  let problem = '';
  for (const key of keys) {
    try {
      await crashes.delete(key);
    } catch (error) {
      if (!(error instanceof BlobStoreError)) throw error;
      left.push(key);
      problem = error.message;
    }
  }
  if (left.length > 0) {
    throw new CheckSkip(
      `${left.length} of ${keys.length} objects were not removed (${problem}): ${left.join(', ')}`,
    );
  }
  return `removed the objects of ${run.acknowledged.length + run.fakeAccepted.length} reports`;
}

/** The raw crash first: without it, readers do not see the crash. */
function keysOf(crashId: string, dumpNames: readonly string[]): string[] {
  const dumps = dumpNames.map((name) => dumpKey(crashId, name));
  return [rawCrashKey(crashId), dumpNamesKey(crashId), ...dumps, processedCrashKey(crashId)];
}
