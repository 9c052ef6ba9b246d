export { startThrottleConfig } from './start-throttle-config.js';
export { ThrottleConfigConfig } from './throttle-config.config.js';
