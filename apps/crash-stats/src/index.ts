export { Viewer } from './access/viewer.js';
export { CrashStatsConfig } from './crash-stats.config.js';
export { startCrashStats } from './start-crash-stats.js';
export { productCounts } from './statistics/products.js';
export { risingSignatures } from './statistics/rising.js';
export { signatureReport } from './statistics/signature-report.js';
export { topCrashers } from './statistics/top-crashers.js';
