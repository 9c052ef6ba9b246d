import { type BlobStore, openS3BlobStore } from '#antenna/blob-store';
import { type MessageQueue, openSqsQueue } from '#antenna/message-queue';

import type {
  CrashmoverBackend,
  CrashStatsBackend,
  IngestBackend,
  ProcessorBackend,
} from './backend.js';
import type {
  BackendConfig,
  CrashmoverBackendConfig,
  CrashStatsBackendConfig,
  IngestBackendConfig,
  ProcessorBackendConfig,
} from './backend-config.js';
import { traceBlobStore } from './trace-blob-store.js';

/** Ingest only writes to staging, so the check of its store tests write access. */
export async function openAwsIngestBackend(config: IngestBackendConfig): Promise<IngestBackend> {
  const staging = await openStaging(config, 'write');
  const intake = await openAwsQueue(config, config.intakeQueue);
  return { staging, intake, close: async () => await intake.close() };
}

export async function openAwsCrashmoverBackend(
  config: CrashmoverBackendConfig,
): Promise<CrashmoverBackend> {
  const queues = {
    intake: await openAwsQueue(config, config.intakeQueue),
    processing: await openAwsQueue(config, config.processingQueue),
    deadLetters: await openAwsQueue(config, config.deadLetterQueue),
  };
  return {
    ...queues,
    staging: await openStaging(config, 'read'),
    crashes: await openCrashes(config),
    close: closing(queues),
  };
}

export async function openAwsProcessorBackend(
  config: ProcessorBackendConfig,
): Promise<ProcessorBackend> {
  const queues = {
    processing: await openAwsQueue(config, config.processingQueue),
    deadLetters: await openAwsQueue(config, config.processingDeadLetterQueue),
  };
  return { ...queues, crashes: await openCrashes(config), close: closing(queues) };
}

/** It only reads crashes, so the check of its store does not write. */
export async function openAwsCrashStatsBackend(
  config: CrashStatsBackendConfig,
): Promise<CrashStatsBackend> {
  const processing = await openAwsQueue(config, config.processingQueue);
  const crashes = await openCrashes(config, 'read');
  return { crashes, processing, close: async () => await processing.close() };
}

function closing(queues: Readonly<Record<string, MessageQueue>>): () => Promise<void> {
  return async () => {
    await Promise.all(Object.values(queues).map(async (queue) => await queue.close()));
  };
}

/** @param queue the name of a queue of the account, or its URL */
export async function openAwsQueue(config: BackendConfig, queue: string): Promise<MessageQueue> {
  return await openSqsQueue({
    ...(URL.canParse(queue) ? { queueUrl: queue } : { queueName: queue }),
    region: config.region,
    endpoint: config.sqsEndpoint,
  });
}

async function openStaging(
  config: IngestBackendConfig,
  access: 'read' | 'write',
): Promise<BlobStore> {
  const location = { bucket: config.stagingBucket ?? '', prefix: config.stagingPrefix };
  const store = await openS3BlobStore({
    ...s3Options(config),
    ...location,
    access,
    // Of an envelope, by what its header lines say.
    checksumsBy: 'reader',
  });
  return traceBlobStore(store, { name: 'staging', s3: location });
}

async function openCrashes(
  config: CrashmoverBackendConfig | CrashStatsBackendConfig | ProcessorBackendConfig,
  access: 'read' | 'write' = 'write',
): Promise<BlobStore> {
  const location = { bucket: config.crashBucket ?? '', prefix: config.crashPrefix };
  const store = await openS3BlobStore({ ...s3Options(config), ...location, access });
  return traceBlobStore(store, { name: 'crashes', s3: location });
}

function s3Options(config: BackendConfig) {
  return {
    region: config.region,
    endpoint: config.s3Endpoint,
    forcePathStyle: config.s3PathStyle,
  };
}
