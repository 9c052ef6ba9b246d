export { drainSpool } from './drain-spool.js';
export { IngestConfig } from './ingest.config.js';
export { startIngest } from './start-ingest.js';
