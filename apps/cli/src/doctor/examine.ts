import type { RunningCollector } from '#antenna/backends';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { localThrottleConfig, throttleConfigUrl } from '../rules/throttle-config-url.js';
import { configOf } from '../stored/open-backend.js';
import { awsChecks } from './aws-checks.js';
import { type Check, type NamedFinding, runChecks } from './check.js';
import { directoryChecks } from './directory-checks.js';
import { endpointChecks } from './endpoint-checks.js';
import type { RoleName } from './roles.js';
import { rulesChecks } from './rules-checks.js';

export interface DoctorOptions {
  readonly as?: RoleName;
  readonly ingestUrl?: URL;
  readonly throttleConfigUrl?: URL;
  readonly skip?: readonly string[];
  readonly strict?: true;
  readonly timeout: number;
  readonly dataDir: string;
  readonly json?: true;
}

/**
 * Runs the checks for the backend of the environment; the findings are in a fixed order.
 * @throws CliError if the configuration is not valid
 */
export async function examine(
  options: DoctorOptions,
  context: CliContext,
): Promise<readonly NamedFinding[]> {
  const { as: role, skip = [], timeout } = options;
  const { CrashmoverBackendConfig, readRunningCollector } = await import('#antenna/backends');
  const config = await configOf(CrashmoverBackendConfig, context.environment);
  const isEmbedded = config.backend === 'embedded';
  if (isEmbedded && role !== undefined)
    throw new CliError('--as needs BACKEND=aws: a data directory has no identities');
  const running = isEmbedded ? await readRunningCollector(options.dataDir) : undefined;
  const ended = new AbortController();
  const { signal } = ended;
  const backend = isEmbedded
    ? { checks: directoryChecks(options.dataDir, context), close: () => undefined }
    : awsChecks(config, role, context, signal);
  try {
    const checks = [
      ...backend.checks,
      ...(role === undefined
        ? serviceChecks(options, context, { isEmbedded, running, signal })
        : []),
    ];
    const wanted = checks.filter(
      ({ name }) => !skip.some((one) => name === one || name.startsWith(`${one}.`)),
    );
    return await runChecks(wanted, timeout, context.interrupted);
  } finally {
    ended.abort();
    backend.close();
  }
}

function serviceChecks(
  { ingestUrl, throttleConfigUrl: given }: DoctorOptions,
  context: CliContext,
  {
    isEmbedded,
    running,
    signal,
  }: { isEmbedded: boolean; running: RunningCollector | undefined; signal: AbortSignal },
): readonly Check[] {
  const at = (address: string | undefined, otherwise: string): URL | undefined =>
    isEmbedded ? new URL(address ?? otherwise) : undefined;
  const ingest = ingestUrl ?? at(running?.submitUrl, 'http://127.0.0.1:8000');
  const rules =
    given ?? throttleConfigUrl(context) ?? at(running?.throttleConfigUrl, localThrottleConfig);
  return [
    ...endpointChecks('ingest', ingest, signal),
    ...endpointChecks('throttle-config', rules, signal),
    ...rulesChecks(rules, { signal, now: context.now }),
  ];
}
