import { openAwsCrashmoverBackend, openAwsIngestBackend } from './aws-backend.js';
import type { CrashmoverBackend, IngestBackend } from './backend.js';
import type { CrashmoverBackendConfig, IngestBackendConfig } from './backend-config.js';
import { openEmbeddedBackend } from './embedded-backend.js';

/**
 * Opens what the configuration names. Opening asks nothing of S3 and SQS: a service starts while they are away.
 * @throws StartupError when the embedded directory cannot be used.
 */
export async function openIngestBackend(config: IngestBackendConfig): Promise<IngestBackend> {
  switch (config.backend) {
    case 'embedded':
      return await openEmbeddedBackend(config.dataDirectory);
    case 'aws':
      return await openAwsIngestBackend(config);
  }
}

/** As `openIngestBackend`, for a component that moves or inspects crashes. */
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
