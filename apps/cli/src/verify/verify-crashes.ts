import { parseAnnotationPath, valueAt, type JsonValue, isJsonObject } from '#antenna/crash-report';
import { type StoredCrash, type StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';
import type { CrashFilter } from '../crashes/crash-filter.js';
import { listedCrashes } from '../crashes/examined-crashes.js';
import { inParallel } from '../in-parallel.js';
import type { AcknowledgedIds } from './acknowledged-ids.js';

/** What was found, also when the verification ended early. */
export interface Verification {
  crashes: number;
  dumps: number;
  bytes: number;
  /** Dumps without a checksum in the raw crash. */
  unchecked: number;
  problems: number;
  /** Stored crashes that were not published. */
  readonly unpublished: string[];
  /** The first of them. */
  readonly list: { readonly crashId: string; readonly problem: string }[];
}

/** Crashes that are read at the same time, each with one dump of up to 25 MiB. */
const parallelCrashes = 8;
const maxListed = 10_000;
const checksums = parseAnnotationPath('metadata#/dump_checksums');

export function newVerification(): Verification {
  return { crashes: 0, dumps: 0, bytes: 0, unchecked: 0, problems: 0, unpublished: [], list: [] };
}

/** Reads the crashes that pass the filter: each must have its list of names, and dumps that match their checksums. */
export async function verifyStored(
  crashes: StoredCrashes,
  filter: CrashFilter,
  { found, signal }: { readonly found: Verification; readonly signal: AbortSignal },
): Promise<void> {
  await inParallel(listedCrashes(crashes, filter), parallelCrashes, async ({ crashId }) => {
    if (signal.aborted) return;
    try {
      const crash = await crashes.find(crashId);
      if (crash !== undefined && filter.matches(crash.rawCrash)) await verifyCrash(crash, found);
    } catch (error) {
      if (!(error instanceof StoredCrashesError)) throw error;
      addProblem(found, crashId, error.message);
    }
  });
}

/** Each of these crashes must be stored, and published if that is known. */
export async function verifyIds(
  crashes: StoredCrashes,
  acknowledged: AcknowledgedIds,
  { found, signal }: { readonly found: Verification; readonly signal: AbortSignal },
): Promise<void> {
  await inParallel(acknowledged.crashIds, parallelCrashes, async (crashId) => {
    if (signal.aborted) return;
    try {
      if ((await crashes.rawCrash(crashId)) === undefined) {
        addProblem(found, crashId, 'is not stored');
      } else if (acknowledged.isUnpublished(crashId)) {
        found.unpublished.push(crashId);
        addProblem(found, crashId, 'was not published');
      }
    } catch (error) {
      if (!(error instanceof StoredCrashesError)) throw error;
      addProblem(found, crashId, error.message);
    }
  });
}

async function verifyCrash(crash: StoredCrash, found: Verification): Promise<void> {
  const { crashId, rawCrash, dumpNames, listedDumpNames } = crash;
  found.crashes += 1;
  if (listedDumpNames === undefined)
    addProblem(found, crashId, 'the list of dump names is missing');
  for (const name of checkedNames(rawCrash)) {
    if (listedDumpNames !== undefined && !dumpNames.includes(name))
      addProblem(found, crashId, `dump ${name} has a checksum and is not listed`);
  }
  for (const name of dumpNames) {
    const { state, size = 0 } = (await crash.readDump(name)).dump;
    found.dumps += 1;
    found.bytes += size;
    if (state === 'unchecked') found.unchecked += 1;
    if (state === 'damaged' || state === 'missing')
      addProblem(found, crashId, `dump ${name} is ${state}`);
  }
}

function checkedNames(rawCrash: JsonValue): string[] {
  const value = valueAt(rawCrash, checksums);
  return value !== undefined && isJsonObject(value) ? Object.keys(value) : [];
}

function addProblem(found: Verification, crashId: string, problem: string): void {
  found.problems += 1;
  if (found.list.length < maxListed) found.list.push({ crashId, problem });
}
