export { type ClientStyle, styleRules } from './client-style.js';
export { type ContentEncoding, contentEncodings, encodeBody } from './content-encoding.js';
export { CrashReport, type EncodedReport } from './crash-report.js';
export {
  fillWithMemoryWords,
  type MinidumpPlatform,
  type MinidumpTemplate,
  minidumpTemplate,
} from './minidump/minidump-template.js';
export { multipartChunks, type ReportPart } from './multipart-body.js';
export { type SeededRandom, seededRandom } from './seeded-random.js';
export { submit, type SubmitAnswer } from './submit.js';
export { SubmitError } from './submit-error.js';
export { sampleAnnotations, sampleMinidump, sampleReport } from './sample-report.js';
