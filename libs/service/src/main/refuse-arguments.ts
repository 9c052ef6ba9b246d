import { StartupError } from '../startup-error.js';

/**
 * Services are set by environment variables alone. One that passed over `--port 9000` would listen elsewhere.
 * @throws StartupError when there is any argument
 */
export function refuseArguments(args: readonly string[] = process.argv.slice(2)): void {
  if (args.length === 0) return;
  throw new StartupError(
    `no arguments are taken, and there is ${args.join(' ')}; set environment variables instead, ` +
      'such as PORT=9000 (docs/configuration.md)',
  );
}
