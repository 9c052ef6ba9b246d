import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';

import type { CrashmoverBackendConfig, IngestBackendConfig } from './component-config.js';
import { openEmbeddedBackend } from './embedded-backend.js';

/** What ingest works with. */
export interface IngestBackend {
  readonly staging: BlobStore;
  readonly intake: MessageQueue;
  close(): Promise<void>;
}

/** What crashmover works with, and an operator too. */
export interface CrashmoverBackend extends IngestBackend {
  readonly crashes: BlobStore;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
}

/**
 * Opens what the configuration names. Opening asks nothing of S3 and SQS: a service starts while they are away.
 * @throws StartupError when the embedded directory cannot be used.
 */
export async function openIngestBackend(config: IngestBackendConfig): Promise<IngestBackend> {
  return await openEmbeddedBackend(config.dataDirectory);
}

/** As `openIngestBackend`, for a component that moves or inspects crashes. */
export async function openCrashmoverBackend(
  config: CrashmoverBackendConfig,
): Promise<CrashmoverBackend> {
  return await openEmbeddedBackend(config.dataDirectory);
}
