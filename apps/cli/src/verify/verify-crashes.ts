import {
  crashIdVerdict,
  isCrashId,
  isJsonObject,
  type JsonValue,
  parseAnnotationPath,
  valueAt,
} from '#antenna/crash-report';
import { type StoredCrash, type StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';
import { CliError } from '../cli-error.js';
import type { CrashFilter } from '../crashes/crash-filter.js';
import { listedCrashes } from '../crashes/examined-crashes.js';
import { inParallel } from '../in-parallel.js';
import type { Pace } from '../pace.js';
import type { AcknowledgedIds } from './acknowledged-ids.js';

/** What was found, also when the verification ended early. */
export interface Verification {
  crashes: number;
  dumps: number;
  bytes: number;
  /** Dumps without a checksum in the raw crash. */
  unchecked: number;
  problems: number;
  /** Stored crashes that were not published, by the logs. */
  readonly unpublished: Set<string>;
  /** Stored and accepted crashes without a processed one. */
  readonly unprocessed: Set<string>;
  /** Crashes with a missing or damaged object. */
  readonly damaged: Set<string>;
  /** The first problems. */
  readonly list: { readonly crashId: string; readonly problem: string }[];
}

/** How to verify. */
export interface VerifyRun {
  readonly found: Verification;
  /** Ends the run when it is interrupted. */
  readonly pace: Pace;
  /** Where the processed crashes are; undefined if they are not looked for. */
  readonly processed: StoredCrashes | undefined;
  readonly onCrash: () => void;
}

/** Crashes that are read at the same time, each with one dump of up to 25 MiB. */
const parallelCrashes = 8;
const maxListed = 10_000;
/** Their ids are kept in memory. */
const maxUnprocessed = 2_000_000;
const checksums = parseAnnotationPath('metadata#/dump_checksums');

export function newVerification(): Verification {
  const counts = { crashes: 0, dumps: 0, bytes: 0, unchecked: 0, problems: 0 };
  const ids = { unpublished: new Set<string>(), unprocessed: new Set<string>() };
  return { ...counts, ...ids, damaged: new Set(), list: [] };
}

/** Stored crashes that the processors should get, except damaged ones. */
export function crashesToPublish({ unpublished, unprocessed, damaged }: Verification): string[] {
  return [...new Set([...unpublished, ...unprocessed])].filter((id) => !damaged.has(id));
}

/**
 * Reads the crashes that pass the filter: each must have its list of names, dumps that match their checksums and, if it
 * was accepted, a processed crash.
 */
export async function verifyStored(
  crashes: StoredCrashes,
  filter: CrashFilter,
  run: VerifyRun,
): Promise<void> {
  await eachInTurn(listedCrashes(crashes, filter), run, async ({ crashId }) => {
    const crash = await crashes.find(crashId);
    if (crash === undefined || !filter.matches(crash.rawCrash)) return;
    await verifyCrash(crash, run.found);
    if (await isUnprocessed(crashId, run)) addUnprocessed(run.found, crashId);
  });
}

/** Each of these crashes must be stored, and published and processed if that is known. */
export async function verifyIds(
  crashes: StoredCrashes,
  acknowledged: AcknowledgedIds,
  run: VerifyRun,
): Promise<void> {
  const { found } = run;
  const ids = acknowledged.crashIds.values().map((crashId) => ({ crashId }));
  await eachInTurn(ids, run, async ({ crashId }) => {
    if ((await crashes.rawCrash(crashId)) === undefined) {
      addProblem(found, crashId, 'is not stored');
    } else if (acknowledged.isUnpublished(crashId)) {
      found.unpublished.add(crashId);
      // One problem for each crash that is published again.
      if (!found.unprocessed.has(crashId)) addProblem(found, crashId, 'was not published');
    } else if (!found.unprocessed.has(crashId) && (await isUnprocessed(crashId, run))) {
      addUnprocessed(found, crashId);
    }
  });
}

async function eachInTurn<T extends { readonly crashId: string }>(
  items: Iterable<T> | AsyncIterable<T>,
  { pace, found, onCrash }: VerifyRun,
  verify: (item: T) => Promise<void>,
): Promise<void> {
  await inParallel(pace.spread(items), parallelCrashes, async (item) => {
    try {
      await verify(item);
    } catch (error) {
      if (!(error instanceof StoredCrashesError)) throw error;
      found.damaged.add(item.crashId);
      addProblem(found, item.crashId, error.message);
    }
    onCrash();
  });
}

async function verifyCrash(crash: StoredCrash, found: Verification): Promise<void> {
  const { crashId, rawCrash, dumpNames, listedDumpNames } = crash;
  const addDamage = (problem: string): void => {
    found.damaged.add(crashId);
    addProblem(found, crashId, problem);
  };
  found.crashes += 1;
  if (listedDumpNames === undefined) addDamage('the list of dump names is missing');
  for (const name of checkedNames(rawCrash)) {
    if (listedDumpNames !== undefined && !dumpNames.includes(name))
      addDamage(`dump ${name} has a checksum and is not listed`);
  }
  for (const name of dumpNames) {
    const { state, size = 0 } = (await crash.readDump(name)).dump;
    found.dumps += 1;
    found.bytes += size;
    if (state === 'unchecked') found.unchecked += 1;
    if (state === 'damaged' || state === 'missing') addDamage(`dump ${name} is ${state}`);
  }
}

function checkedNames(rawCrash: JsonValue): string[] {
  const value = valueAt(rawCrash, checksums);
  return value !== undefined && isJsonObject(value) ? Object.keys(value) : [];
}

/** Deferred crashes are not published, and so not processed. */
async function isUnprocessed(crashId: string, { processed }: VerifyRun): Promise<boolean> {
  const isWanted =
    processed !== undefined && isCrashId(crashId) && crashIdVerdict(crashId) === 'accept';
  return isWanted && !(await processed.isProcessed(crashId));
}

function addUnprocessed(found: Verification, crashId: string): void {
  if (found.unprocessed.size === maxUnprocessed)
    throw new CliError(`more than ${maxUnprocessed} crashes were not processed; choose fewer days`);
  found.unprocessed.add(crashId);
  addProblem(found, crashId, 'was not processed');
}

function addProblem(found: Verification, crashId: string, problem: string): void {
  found.problems += 1;
  if (found.list.length < maxListed) found.list.push({ crashId, problem });
}
