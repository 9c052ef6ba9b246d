import { checkNodeVersion } from '#antenna/node-version';

checkNodeVersion();
await import('./run-throttle-config.js');
