export { IngestConfig } from './ingest.config.js';
export { startIngest } from './start-ingest.js';
