import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isNativeError } from 'node:util/types';

import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { type EmbeddedQueues, type MessageQueue, openEmbeddedQueues } from '#antenna/message-queue';
import { StartupError } from '#antenna/service';
import { mozillaRuleset } from '#antenna/throttle';

/** The embedded adapters, all below one directory. */
export interface DataDirectory {
  readonly path: string;
  readonly spool: string;
  readonly rulesFile: string;
  readonly staging: BlobStore;
  readonly crashes: BlobStore;
  readonly intake: MessageQueue;
  readonly deadLetters: MessageQueue;
  readonly processing: MessageQueue;
  close(): Promise<void>;
}

const deadLetterQueue = 'intake-dead-letter';
/** crashmover dead-letters by itself, with a reason; this catches a message that kills its process. */
const maxReceiveCount = 50;

/** @throws StartupError when the directory cannot be used. */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = resolve(directory);
  const rulesFile = join(path, 'throttle-rules.yaml');
  let queues: EmbeddedQueues;
  let staging: BlobStore;
  let crashes: BlobStore;
  try {
    await mkdir(path, { recursive: true });
    await writeUnlessThere(rulesFile, mozillaRuleset);
    staging = await openDirectoryBlobStore({ directory: join(path, 'staging') });
    crashes = await openDirectoryBlobStore({ directory: join(path, 'crashes') });
    queues = await openEmbeddedQueues({ directory: join(path, 'queues') });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartupError(
      `cannot use the data directory ${path}: ${reason}; set ANTENNA_DATA_DIR to a writable one`,
      { cause: error },
    );
  }
  return {
    path,
    spool: join(path, 'spool'),
    rulesFile,
    staging,
    crashes,
    intake: queues.queue('intake', { deadLetter: { queue: deadLetterQueue, maxReceiveCount } }),
    deadLetters: queues.queue(deadLetterQueue),
    processing: queues.queue('processing'),
    close: async () => await queues.close(),
  };
}

/** The rules are the developer's to edit: they are written once and never again. */
async function writeUnlessThere(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (!(isNativeError(error) && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
