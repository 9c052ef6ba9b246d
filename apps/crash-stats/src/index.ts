export { CrashStatsConfig } from './crash-stats.config.js';
export { startCrashStats } from './start-crash-stats.js';
