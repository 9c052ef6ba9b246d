import type { Logger, Metrics, Telemetry } from '#antenna/telemetry';
import { changedSettings, describeConfig } from '../config/describe-config.js';
import { loadConfigs, processEnvironment } from '../config/load-config.js';
import { misspeltSettings } from '../config/misspelt-settings.js';
import type { ServiceConfig } from '../config/service-config.js';
import type { ReportError } from '../http/start-http-service.js';
import { StartupError } from '../startup-error.js';
import { type Closable, runMain } from './run-main.js';
import { createServiceLogger, startServiceTelemetry } from './service-telemetry.js';

/** The configurations of the service and of its parts, such as its backend. */
type ConfigClasses = Readonly<Record<string, new () => object>> & {
  readonly config: new () => ServiceConfig;
};

/** The context of a service's start, besides its configurations. */
export interface ServiceParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reportError: ReportError;
  readonly telemetry: Telemetry;
  /** Ends the process as a stop signal does, when its work is done. */
  readonly stop: () => void;
  /** Sets the exit code of a clean end. */
  readonly exitWith: (code: number) => void;
  /** Registers a resource to close when the service ends or fails to start, in reverse order of registration. */
  readonly opened: <T extends Closable>(resource: T) => T;
}

export interface ServiceProgram<Classes extends ConfigClasses> {
  /** The name of the service in its log: `ingest`. */
  readonly name: string;
  /** The name of the service in traces and metrics, after `antenna-`. Default: `name`. */
  readonly telemetryName?: string;
  readonly configs: Classes;
  readonly start: (
    parts: ServiceParts & { readonly [Name in keyof Classes]: InstanceType<Classes[Name]> },
  ) => Promise<void>;
}

/**
 * Runs a service from reading its environment until a stop signal, and exits like {@link runMain}. All problems in its
 * configurations are reported at once.
 */
export async function runService<const Classes extends ConfigClasses>(
  program: ServiceProgram<Classes>,
): Promise<void> {
  const { name, telemetryName = name } = program;
  await runMain(name, async (main) => {
    refuseArguments(process.argv.slice(2));
    const configs = loadConfigs(program.configs);
    const config: ServiceConfig = configs.config;
    const logger = createServiceLogger(name, config);
    logSettings(program.configs, configs, logger);
    const telemetry = await startServiceTelemetry(telemetryName, config, logger);
    main.use({ logger, shutdownGrace: config.shutdownGrace, telemetry });
    const resources = new OpenResources();
    const { reportError } = telemetry;
    const metrics = telemetry.metrics(logger);
    try {
      const { opened } = resources;
      const { stop, exitWith } = main;
      const parts = { logger, metrics, reportError, telemetry, stop, exitWith, opened };
      await program.start({ ...configs, ...parts });
    } catch (error) {
      await resources.close();
      throw error;
    }
    return resources;
  });
}

/** Logs what the operator has set, and what they probably wanted to set. */
function logSettings(
  classes: ConfigClasses,
  configs: Readonly<Record<string, object>>,
  logger: Logger,
): void {
  const changed = changedSettings(
    Object.entries(classes).map(([part, ConfigClass]) => [ConfigClass, configs[part] ?? {}]),
  );
  if (Object.keys(changed).length === 0) logger.info('all settings have their default');
  else logger.info('settings that differ from their default', changed);
  const known = Object.values(classes)
    .flatMap(describeConfig)
    .map(({ env }) => env);
  for (const { name, meant } of misspeltSettings(known, processEnvironment()))
    logger.warn(`${name} is not a setting and has no effect; did you mean ${meant}?`);
}

class OpenResources implements Closable {
  private readonly resources: Closable[] = [];

  readonly opened = <T extends Closable>(resource: T): T => {
    this.resources.push(resource);
    return resource;
  };

  async close(): Promise<void> {
    for (const resource of this.resources.splice(0).toReversed()) await resource.close();
  }
}

/** If a service ignored `--port 9000`, it would listen on a port that the operator does not expect. */
function refuseArguments(args: readonly string[]): void {
  if (args.length === 0) return;
  throw new StartupError(
    `no arguments are accepted; got ${args.join(' ')}; set environment variables instead, ` +
      'such as PORT=9000 (docs/configuration.md)',
  );
}
