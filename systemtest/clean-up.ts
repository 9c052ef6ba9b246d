import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';

import { type Check, CheckSkip } from './check.js';
import { markerAnnotation } from './marked-report.js';
import type { TestRun } from './test-run.js';

/** Removes what the run has left in the crash store, and says what it could not. */
export function cleanUpCheck(
  crashes: BlobStore | undefined,
  run: TestRun,
  kept: 'delete' | 'leave',
): Check {
  return {
    name: 'clean-up',
    run: async () => {
      const marked = `${run.acknowledged.length} reports with ${markerAnnotation}=${run.id}`;
      if (run.acknowledged.length === 0) return 'there is nothing to remove';
      if (kept === 'leave') throw new CheckSkip(`${marked} stay stored, as --keep says`);
      if (!crashes) throw new CheckSkip(`${marked} stay stored: --bucket lets them be removed`);
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
      `${left.length} of ${keys.length} objects stay stored (${problem}): ${left.join(', ')}`,
    );
  }
  return `whatever was stored of ${run.acknowledged.length + run.fakeAccepted.length} reports is removed`;
}

/** In the order in which a reader notices nothing: without its raw crash, a crash is not there. */
function keysOf(crashId: string, dumpNames: readonly string[]): string[] {
  const dumps = dumpNames.map((name) => dumpKey(crashId, name));
  return [rawCrashKey(crashId), dumpNamesKey(crashId), ...dumps];
}
