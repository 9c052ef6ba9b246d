export { CrashmoverBackendConfig, IngestBackendConfig } from './component-config.js';
export { type EmbeddedBackend, openEmbeddedBackend } from './embedded-backend.js';
export {
  type CrashmoverBackend,
  type IngestBackend,
  openCrashmoverBackend,
  openIngestBackend,
} from './open-backend.js';
