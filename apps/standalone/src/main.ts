import process from 'node:process';

import { checkNodeVersion } from '#antenna/node-version';

checkNodeVersion();
// Set before anything uses the thread pool. Most of its turns wait for the disk, and syncs that wait at the same time
// share one commit of the file system's journal.
process.env['UV_THREADPOOL_SIZE'] ??= '16';
await import('./run-standalone.js');
