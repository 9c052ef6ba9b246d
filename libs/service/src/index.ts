export {
  type SettingDescription,
  describeConfig,
  effectiveConfig,
} from './config/describe-config.js';
export { Choice, Duration, Flag, Integer, List, Port, Size, Url } from './config/formats.js';
export {
  type CrossFieldRules,
  type Environment,
  loadConfig,
  loadConfigs,
  processEnvironment,
} from './config/load-config.js';
export { formatDuration } from './config/quantities.js';
export { type LogFormat, ServiceConfig } from './config/service-config.js';
export { Setting, type SettingOptions } from './config/setting.js';
export { BackendChecksService } from './health/backend-checks.service.js';
export { HealthRegistry } from './health/health-registry.js';
export type { WriteError } from './http/error.filter.js';
export {
  type HttpServiceOptions,
  type ReportError,
  type RunningService,
  startHttpService,
} from './http/start-http-service.js';
export { runMain } from './main/run-main.js';
export { runService, type ServiceParts } from './main/run-service.js';
export { createServiceLogger, startServiceTelemetry } from './main/service-telemetry.js';
export { retryDelayMs } from './retry-delay.js';
export { RulesetCache } from './ruleset-cache.js';
export { ServiceModule, type ServiceModuleOptions } from './service.module.js';
export { ConfigError, StartupError } from './startup-error.js';
