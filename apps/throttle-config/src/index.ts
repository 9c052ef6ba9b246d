export { startThrottleConfig } from './start-throttle-config.js';
export { RulesServiceConfig } from './rules-service.config.js';
