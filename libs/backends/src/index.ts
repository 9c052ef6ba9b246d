export {
  BackendConfig,
  CrashmoverBackendConfig,
  CrashStatsBackendConfig,
  IngestBackendConfig,
  ProcessorBackendConfig,
} from './backend-config.js';
export { CrashFeedConfig, CrashIndexConfig } from './crash-index-config.js';
export { backendFingerprint } from './backend-fingerprint.js';
export { dataDirectoryError } from './data-directory-error.js';
export {
  type EmbeddedBackend,
  openEmbeddedBackend,
  processingDeadLetterQueue,
} from './embedded-backend.js';
export type { CrashmoverBackend } from './backend.js';
export {
  openCrashmoverBackend,
  openCrashStatsBackend,
  openIngestBackend,
  openProcessorBackend,
} from './open-backend.js';
export { openQueue } from './open-queue.js';
export {
  readRunningCollector,
  removeRunningCollector,
  type RunningCollector,
  writeRunningCollector,
} from './running-collector.js';
