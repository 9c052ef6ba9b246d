import { HttpStatus } from '@nestjs/common';

import { BlobStoreError } from '#antenna/blob-store';
import { ProblemException } from '#antenna/web-page';

import { BusyError } from './busy-error.js';
import { crashIdIn } from './crash-id-in.js';

/** @throws ProblemException when it is no crash id */
export function validId(typed: string): string {
  const crashId = crashIdIn(typed);
  if (crashId !== undefined) return crashId;
  throw new ProblemException({
    title: 'Not a crash id',
    status: HttpStatus.NOT_FOUND,
    detail:
      'a crash id has 36 characters, such as 0bba1fcb-4b48-4f6c-8a38-000000261129, with or without bp- before it; the answer to a report has it after "CrashID="',
  });
}

export function notStored(crashId: string): ProblemException {
  return new ProblemException({
    title: 'No such crash',
    status: HttpStatus.NOT_FOUND,
    detail: `crash ${crashId} is not stored: it may have been erased or have expired, or have been sent to another collector; a crash that was sent just now is stored within seconds`,
  });
}

export function notProcessed(crashId: string): ProblemException {
  return new ProblemException({
    title: 'No processed crash',
    status: HttpStatus.NOT_FOUND,
    detail: `crash ${crashId} is not stored, or not processed; its page says which`,
  });
}

export function noSuchDump(): ProblemException {
  return new ProblemException({
    title: 'No such minidump',
    status: HttpStatus.NOT_FOUND,
    detail: 'the crash has no dump of this name; its page lists them',
  });
}

/** @throws ProblemException with status 503 when the store does not answer or too much is read at once */
export async function whileStoreAnswers<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BusyError) throw unavailable('Busy', error);
    if (error instanceof BlobStoreError)
      throw unavailable('The crash store does not answer', error);
    throw error;
  }
}

function unavailable(title: string, cause: BlobStoreError | BusyError): ProblemException {
  const detail =
    cause instanceof BusyError
      ? 'too many large crashes are being read; try again in a few seconds'
      : `crashes cannot be read now (${cause.code}); nothing is lost, try again in a moment`;
  return new ProblemException({ title, status: HttpStatus.SERVICE_UNAVAILABLE, detail }, { cause });
}
