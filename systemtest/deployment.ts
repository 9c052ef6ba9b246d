import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { type BlobStore, openDirectoryBlobStore, openS3BlobStore } from '#antenna/blob-store';
import { type MessageQueue, openEmbeddedQueues, openSqsQueue } from '#antenna/message-queue';

import { OptionError, type Place, type SystemtestOptions } from './options.js';

/** `idle`: the queue is only used while it has no other readers or messages. */
export type QueueUse = 'idle' | 'shared';

/** The parts of the deployment under test that can be reached. */
export interface Deployment {
  readonly submitUrl: URL;
  readonly ingestUrl?: URL | undefined;
  readonly crashmoverUrl?: URL | undefined;
  readonly throttleConfigUrl?: URL | undefined;
  readonly crashes?: BlobStore | undefined;
  readonly staging?: BlobStore | undefined;
  readonly processing?: { readonly queue: MessageQueue; readonly use: QueueUse } | undefined;
  close(): Promise<void>;
}

/** @throws OptionError when the data directory does not exist */
export async function openDeployment(options: SystemtestOptions): Promise<Deployment> {
  const backend =
    options.dataDir === undefined ? await awsBackend(options) : await embedded(options.dataDir);
  const { submitUrl, ingestUrl, crashmoverUrl, throttleConfigUrl } = options;
  return { submitUrl, ingestUrl, crashmoverUrl, throttleConfigUrl, ...backend };
}

type Backend = Pick<Deployment, 'crashes' | 'staging' | 'processing' | 'close'>;

async function awsBackend(options: SystemtestOptions): Promise<Backend> {
  const { bucket, stagingBucket, queue: queueName, busyQueue } = options;
  const store = (place: Place) =>
    openS3BlobStore({ ...place, endpoint: options.s3Endpoint, access: 'read' });
  const queue =
    queueName === undefined
      ? undefined
      : await openSqsQueue({
          ...(URL.canParse(queueName) ? { queueUrl: queueName } : { queueName }),
          endpoint: options.sqsEndpoint,
        });
  return {
    crashes: bucket && (await store(bucket)),
    staging: stagingBucket && (await store(stagingBucket)),
    processing: queue && { queue, use: busyQueue ? 'shared' : 'idle' },
    close: async () => await queue?.close(),
  };
}

/** A mistyped path creates nothing. */
async function embedded(dataDir: string): Promise<Backend> {
  const directory = (name: string): string => join(resolve(dataDir), name);
  for (const folder of ['crashes', 'staging', 'queues'].map(directory)) {
    const found = await stat(folder).catch((error: unknown) => {
      throw new OptionError(`--data-dir: no collector has used it: ${folder} does not exist`, {
        cause: error,
      });
    });
    if (!found.isDirectory()) throw new OptionError(`--data-dir: ${folder} is not a directory`);
  }
  const queues = await openEmbeddedQueues({ directory: directory('queues') });
  return {
    crashes: await openDirectoryBlobStore({ directory: directory('crashes') }),
    staging: await openDirectoryBlobStore({ directory: directory('staging') }),
    // A developer's machine: the queue has ids of earlier reports, and no other reader.
    processing: { queue: queues.queue('processing'), use: 'shared' },
    close: async () => await queues.close(),
  };
}
