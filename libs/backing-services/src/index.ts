export { CrashmoverBackendConfig, IngestBackendConfig } from './component-config.js';
export { type EmbeddedBackend, openEmbeddedBackend } from './embedded-backend.js';
