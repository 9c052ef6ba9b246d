import { resolve } from 'node:path';
import { SymbolsError } from '../symbols-error.js';
import { DirectorySymbols } from './directory-symbols.js';
import { HttpSymbols } from './http-symbols.js';
import type { S3Access, SymbolSource, SymbolStore } from './symbol-source.js';

/** Files that are read from one source at the same time. */
export const maxConcurrency = 8;

const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * Says what is wrong with a location: `https://host/path`, `s3://bucket/prefix`, or a directory.
 * @returns undefined if nothing is
 */
export function invalidLocation(location: string): SymbolsError | undefined {
  const problem = problemOf(location);
  return problem === undefined ? undefined : invalid(location, problem);
}

function problemOf(location: string): string | undefined {
  if (location.startsWith('s3://')) {
    const isValid = bucketPattern.test(inBucket(location).bucket);
    return isValid
      ? undefined
      : 'has no valid bucket name; write s3://bucket or s3://bucket/prefix';
  }
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) return undefined;
  const url = URL.canParse(location) ? new URL(location) : undefined;
  if (!url || !isHttp(location))
    return 'must be https://host/path, http://host/path, s3://bucket/prefix or a directory';
  if (url.username !== '' || url.password !== '')
    return 'must not have a user name or a password; use an S3 prefix for private symbols';
  return /[?#]/.test(location) ? 'must not have a query (?) or a fragment (#)' : undefined;
}

/** Opens a location; sends no request. @throws SymbolsError with code `invalid_location` */
export async function openSource(location: string, s3: S3Access): Promise<SymbolSource> {
  return isHttp(location) && problemOf(location) === undefined
    ? new HttpSymbols(location, maxConcurrency)
    : await openStore(location, s3);
}

/** Opens a directory or a folder of a bucket, in which there may be nothing yet. @throws SymbolsError */
export async function openStore(location: string, s3: S3Access): Promise<SymbolStore> {
  const problem = invalidLocation(location);
  if (problem) throw problem;
  if (isHttp(location))
    throw invalid(location, 'is a server; name a directory or s3://bucket/prefix');
  if (!location.startsWith('s3://')) return new DirectorySymbols(resolve(location));
  if (s3.region === undefined) throw invalid(location, 'requires AWS_REGION, which is not set');
  const { bucket, prefix } = inBucket(location);
  // The SDK takes up to 200 ms to load: import it only if it is used.
  const { S3Symbols } = await import('./s3-symbols.js');
  return new S3Symbols(location, bucket, prefix, s3, maxConcurrency);
}

function isHttp(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

function inBucket(location: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]*)\/*(.*?)\/*$/.exec(location) ?? [];
  return { bucket, prefix };
}

function invalid(location: string, problem: string): SymbolsError {
  return new SymbolsError('invalid_location', `${withoutSecrets(location)} ${problem}`);
}

/** For an error: what may be a password is left out. */
function withoutSecrets(location: string): string {
  return location.replace(/:\/\/[^/]*@/, '://…@').replace(/[?#].*/s, '?…');
}
