import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BlobStore, openDirectoryBlobStore, openS3BlobStore } from '#antenna/blob-store';
import { errorMessage, isMissing, systemCode } from '#antenna/errors';
import { firstKey } from './detect-layout.js';
import { StoredCrashes } from './stored-crashes.js';
import { StoredCrashesError } from './stored-crashes-error.js';

/** How to reach S3, as the services do (docs/configuration.md). Credentials come from the SDK's chain. */
export interface S3Access {
  readonly region: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly s3PathStyle: boolean;
}

const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const expected = 'expected v1/raw_crash/<date>/<crash id> or <date>/raw_crash/<crash id>.json';

/**
 * Opens a store of crashes, which may be empty; creates none.
 * @param location `s3://bucket`, `s3://bucket/prefix`, the directory of a crash store in either layout, or the data
 *   directory of `npm start`
 * @param access with `write`, the temporary files of killed processes are removed from a directory
 * @throws StoredCrashesError when the location is not valid or has other things; BlobStoreError when S3 cannot be read
 */
export async function openStoredCrashes(
  location: string,
  s3: S3Access,
  access: 'read' | 'write' = 'read',
): Promise<StoredCrashes> {
  if (location.startsWith('s3://')) return await openBucket(location, s3);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(location))
    throw invalid(location, 'must be s3://bucket[/prefix] or a directory');
  const path = resolve(location);
  if (!(await isDirectory(path))) throw invalid(location, 'is not a directory');
  const crashes = join(path, 'crashes');
  const isDataDirectory = (await isDirectory(crashes)) && !(await isDirectory(join(path, 'v1')));
  const directory = isDataDirectory ? crashes : path;
  const store = await openDirectoryBlobStore({ directory, access });
  return isDataDirectory
    ? StoredCrashes.ofCollector(store, directory)
    : await opened(store, location);
}

async function openBucket(location: string, s3: S3Access): Promise<StoredCrashes> {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]*)\/?(.*?)\/*$/.exec(location) ?? [];
  if (!bucketPattern.test(bucket))
    throw invalid(location, `has no valid bucket name; write s3://bucket or s3://bucket/prefix`);
  if (s3.region === undefined) throw invalid(location, 'requires AWS_REGION, which is not set');
  const store = await openS3BlobStore({
    bucket,
    prefix,
    access: 'read',
    region: s3.region,
    endpoint: s3.s3Endpoint,
    forcePathStyle: s3.s3PathStyle,
  }).catch((error: unknown) => {
    throw invalid(location, `has no valid prefix: ${errorMessage(error)}`, error);
  });
  return await opened(store, location);
}

async function opened(store: BlobStore, location: string): Promise<StoredCrashes> {
  const crashes = StoredCrashes.ofAnyLayout(store, location);
  if ((await crashes.layout()) === undefined && (await firstKey(store, '')) !== undefined)
    throw invalid(location, `is not empty and has no crashes; ${expected}`);
  return crashes;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error) || systemCode(error) === 'ENOTDIR') return false;
    throw invalid(path, `cannot be read: ${systemCode(error)}`, error);
  }
}

function invalid(location: string, problem: string, cause?: unknown): StoredCrashesError {
  return new StoredCrashesError('invalid_location', `${location} ${problem}`, { cause });
}
