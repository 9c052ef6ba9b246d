import {
  openAwsCrashmoverBackend,
  openAwsCrashStatsBackend,
  openAwsIngestBackend,
  openAwsProcessorBackend,
} from './aws-backend.js';
import type {
  CrashmoverBackend,
  CrashStatsBackend,
  IngestBackend,
  ProcessorBackend,
} from './backend.js';
import type {
  CrashmoverBackendConfig,
  CrashStatsBackendConfig,
  IngestBackendConfig,
  ProcessorBackendConfig,
} from './backend-config.js';
import { openEmbeddedBackend } from './embedded-backend.js';

/**
 * Opens the configured backend. Sends no request to S3 and SQS, so a service can start while they are unavailable.
 * @throws StartupError if the embedded directory cannot be used.
 */
export async function openIngestBackend(config: IngestBackendConfig): Promise<IngestBackend> {
  switch (config.backend) {
    case 'embedded':
      return await openEmbeddedBackend(config.dataDirectory);
    case 'aws':
      return await openAwsIngestBackend(config);
  }
}

/** Like `openIngestBackend`, for components that move or inspect crashes. */
export async function openCrashmoverBackend(
  config: CrashmoverBackendConfig,
): Promise<CrashmoverBackend> {
  switch (config.backend) {
    case 'embedded':
      return await openEmbeddedBackend(config.dataDirectory);
    case 'aws':
      return await openAwsCrashmoverBackend(config);
  }
}

/** Like `openIngestBackend`, for the processor. */
export async function openProcessorBackend(
  config: ProcessorBackendConfig,
): Promise<ProcessorBackend> {
  switch (config.backend) {
    case 'embedded': {
      const { processingDeadLetters: deadLetters, ...backend } = await openEmbeddedBackend(
        config.dataDirectory,
      );
      return { ...backend, deadLetters };
    }
    case 'aws':
      return await openAwsProcessorBackend(config);
  }
}

/** Like `openIngestBackend`, for Crash Stats. */
export async function openCrashStatsBackend(
  config: CrashStatsBackendConfig,
): Promise<CrashStatsBackend> {
  switch (config.backend) {
    case 'embedded':
      return await openEmbeddedBackend(config.dataDirectory);
    case 'aws':
      return await openAwsCrashStatsBackend(config);
  }
}
