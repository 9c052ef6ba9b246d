import { createHash } from 'node:crypto';

import { assertCrashId, crashIdDate } from './crash-id.js';
import { isDumpName } from './dump-names.js';

/** The minidump's part name in all clients, and the folder in which processors look for it. */
const minidumpName = 'upload_file_minidump';
const minidumpFolder = 'dump';

/**
 * Key of the raw crash, the last object of a crash to be written.
 * @throws RangeError when it is not a crash id, like all functions in this file
 */
export function rawCrashKey(crashId: string): string {
  return `v1/raw_crash/${crashIdDate(crashId)}/${crashId}`;
}

/** Key of the list of dump names. */
export function dumpNamesKey(crashId: string): string {
  return `v1/dump_names/${assertCrashId(crashId)}`;
}

/**
 * Key of one dump; `upload_file_minidump` is stored as `dump`.
 * @throws RangeError when the crash id or the dump name is not valid
 */
export function dumpKey(crashId: string, dumpName: string): string {
  if (!isDumpName(dumpName))
    throw new RangeError(`not a dump name: ${JSON.stringify(dumpName.slice(0, 40))}`);
  const folder = dumpName === minidumpName ? minidumpFolder : dumpName;
  return `v1/${folder}/${assertCrashId(crashId)}`;
}

/** Prefix of all keys of `processedCrashKey`. */
export const processedCrashFolder = 'v1/processed_crash/';

/** Key of what a processor made of the crash. */
export function processedCrashKey(crashId: string): string {
  return `${processedCrashFolder}${assertCrashId(crashId)}`;
}

/**
 * Key of the whole envelope in the staging bucket.
 * @param submission the time of receipt, in milliseconds, of a report whose id was submitted: several reports
 *   may have that id, and each is staged under its own key
 */
export function stagedEnvelopeKey(crashId: string, submission?: number): string {
  const key = `v1/envelope/${crashIdDate(crashId)}/${crashId}`;
  return submission === undefined ? key : `${key}.${submission}`;
}

const submissionPattern = /\.(\d{1,16})$/;

/**
 * The time in a key of `stagedEnvelopeKey`.
 * @returns undefined for the key of a report whose id was not submitted
 */
export function submissionOf(key: string): number | undefined {
  const digits = submissionPattern.exec(key)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Prefix of all keys of `stagedBatchKey`. */
export const stagedBatchFolder = 'v1/batch/';
const batchHashLength = 16;

/**
 * Key of a batch of envelopes in the staging bucket: the first id, and a hash of all in their order. A put that is
 * repeated replaces the same batch, and never another one.
 * @throws RangeError when there is no id, or one that is not a crash id
 */
export function stagedBatchKey(crashIds: readonly string[]): string {
  const [first = ''] = crashIds;
  const hash = createHash('sha256').update(crashIds.map(assertCrashId).join('\n')).digest('hex');
  return `${stagedBatchFolder}${crashIdDate(first)}/${first}-${hash.slice(0, batchHashLength)}`;
}

/** Whether it is a key of `stagedBatchKey`, and not of `stagedEnvelopeKey`. */
export function isBatchKey(key: string): boolean {
  return key.startsWith(stagedBatchFolder);
}

/** The object at `dumpNamesKey`: a JSON array, sorted. It has the minidump's part name, not `dump`. */
export function serializeDumpNames(names: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(names.toSorted()));
}
