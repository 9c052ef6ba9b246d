import { BlobStoreError } from '#antenna/blob-store';
import { CrashIndexError } from '#antenna/crash-index';
import { MessageQueueError } from '#antenna/message-queue';
import { CorpusOptionsError } from '#antenna/report-corpus';
import { StoredCrashesError } from '#antenna/stored-crashes';

/** Errors of the data that a command reads; any other error is a bug and is shown with its stack. */
export function isKnownError(error: unknown): error is Error {
  return (
    error instanceof BlobStoreError ||
    error instanceof CorpusOptionsError ||
    error instanceof CrashIndexError ||
    error instanceof MessageQueueError ||
    error instanceof StoredCrashesError ||
    // By its name: its lib loads the services' frameworks.
    (error instanceof Error && error.name === 'SymbolsError')
  );
}
