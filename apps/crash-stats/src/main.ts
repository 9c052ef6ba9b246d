import { checkNodeVersion } from '#antenna/node-version';

checkNodeVersion();
await import('./start-crash-stats.js');
