export type { ClientStyle } from './client-style.js';
export type { ContentEncoding } from './content-encoding.js';
export { CrashReport, type EncodedReport } from './crash-report.js';
export type { ReportPart } from './multipart-body.js';
export { submit, type SubmitAnswer, type SubmitOptions } from './submit.js';
export { SubmitError, type SubmitErrorCode } from './submit-error.js';
export {
  sampleAnnotations,
  sampleMinidump,
  sampleReport,
  type SampleOptions,
} from './sample-report.js';
