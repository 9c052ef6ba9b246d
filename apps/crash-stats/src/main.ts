import { checkNodeVersion } from '#antenna/node-version';

checkNodeVersion();
await import('./run-crash-stats.js');
