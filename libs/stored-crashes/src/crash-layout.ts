import { isBlobKey } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, isCrashId, rawCrashKey } from '#antenna/crash-report';

/** Where the objects of a crash are in a store. */
export interface CrashLayout {
  /** Prefix of the folders by date, `YYYYMMDD`. */
  readonly dates: string;
  /** Prefix of the keys of raw crashes of a date. */
  rawCrashes(date: string): string;
  /** Ends the key of a raw crash, after the crash id. */
  readonly rawCrashEnding: string;
  isCrashId(text: string): boolean;
  rawCrash(crashId: string): string;
  dumpNames(crashId: string): string;
  /** @throws RangeError when no dump can have this name */
  dump(crashId: string, name: string): string;
}

/** docs/architecture.md, "Stored layout". */
export const v1Layout: CrashLayout = {
  dates: 'v1/raw_crash/',
  rawCrashes: (date) => `v1/raw_crash/${date}/`,
  rawCrashEnding: '',
  isCrashId,
  rawCrash: rawCrashKey,
  dumpNames: dumpNamesKey,
  dump: dumpKey,
};

/** Submitted ids may have any digit where ours have the verdict. */
const foreignCrashId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{6}\d{6}$/;
const dateOf = (crashId: string): string => `20${crashId.slice(-6)}`;

/** The directory in which the predecessor of this collector stores crashes without S3: all of a date in one folder. */
export const fileSystemLayout: CrashLayout = {
  dates: '',
  rawCrashes: (date) => `${date}/raw_crash/`,
  rawCrashEnding: '.json',
  isCrashId: (text) => foreignCrashId.test(text),
  rawCrash: (crashId) => `${dateOf(crashId)}/raw_crash/${crashId}.json`,
  dumpNames: (crashId) => `${dateOf(crashId)}/dump_names/${crashId}.json`,
  dump(crashId, name) {
    if (name.includes('/') || !isBlobKey(name))
      throw new RangeError(`not a dump name: ${JSON.stringify(name.slice(0, 40))}`);
    return `${dateOf(crashId)}/${name}/${crashId}`;
  },
};

/** Undefined for a name that no dump can have: a list of names may be damaged. */
export function possibleDumpKey(
  layout: CrashLayout,
  crashId: string,
  name: string,
): string | undefined {
  try {
    return layout.dump(crashId, name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
