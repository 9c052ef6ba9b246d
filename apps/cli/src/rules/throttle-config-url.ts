import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';

/** Where throttle-config is without other settings, as `npm start` runs it. */
export const localThrottleConfig = 'http://127.0.0.1:8001';

/**
 * The address in THROTTLE_CONFIG_URL; undefined if it is not set.
 * @throws CliError if it is none
 */
export function throttleConfigUrl({ environment }: CliContext): URL | undefined {
  const { THROTTLE_CONFIG_URL: value = '' } = environment;
  if (value === '') return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CliError(
    `THROTTLE_CONFIG_URL=${value}: must be an address that begins with http:// or https://, such as ${localThrottleConfig}`,
  );
}
