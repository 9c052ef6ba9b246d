/** Ships the reports that a spool holds, accepts none, and exits with 0 when it is empty: `SPOOL_DIR=… node drain.js`. */
import { checkNodeVersion } from '#antenna/node-version';

checkNodeVersion();
await import('./run-drain.js');
