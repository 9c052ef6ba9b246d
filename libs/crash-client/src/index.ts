export type { ClientStyle } from './client-style.js';
export type { ContentEncoding } from './content-encoding.js';
export { CrashReport, type EncodedReport } from './crash-report.js';
export { type SeededRandom, seededRandom } from './seeded-random.js';
export { submit, type SubmitAnswer } from './submit.js';
export { SubmitError } from './submit-error.js';
export { sampleAnnotations, sampleMinidump, sampleReport } from './sample-report.js';
