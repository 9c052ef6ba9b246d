export { drainSpool } from './drain-spool.js';
export { IngestConfig } from './ingest.config.js';
export { lockDirectory } from './spool/directory-lock.js';
export { startIngest } from './start-ingest.js';
