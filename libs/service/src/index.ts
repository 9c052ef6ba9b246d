export { type SettingDescription, describeConfig } from './config/describe-config.js';
export { Choice, Duration, Flag, Integer, List, Port, Size, Url, Urls } from './config/formats.js';
export {
  type Environment,
  loadConfig,
  loadConfigs,
  processEnvironment,
} from './config/load-config.js';
export { ServiceConfig } from './config/service-config.js';
export { Setting } from './config/setting.js';
export { BackendChecksService } from './health/backend-checks.service.js';
export { HealthRegistry } from './health/health-registry.js';
export { Connections } from './http/connections.js';
export type { WriteError } from './http/error.filter.js';
export {
  type ReportError,
  type RunningService,
  startHttpService,
} from './http/start-http-service.js';
export type { RefusedMethod } from './http/refuse-methods.js';
export { listen } from './http/listen.js';
export { listenError } from './http/listen-error.js';
export { runMain } from './main/run-main.js';
export { runService, type ServiceParts } from './main/run-service.js';
export { createServiceLogger, startServiceTelemetry } from './main/service-telemetry.js';
export { retryDelayMs } from './retry-delay.js';
export { RulesetCache } from './ruleset-cache.js';
export { ConfigError, StartupError } from './startup-error.js';
