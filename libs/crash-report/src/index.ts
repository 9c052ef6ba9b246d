export { type Annotations, isJsonObject, isRawJson, type JsonValue } from './json-value.js';
export type { JsonLimits } from './json-scan.js';
export { JsonError, type ParsedJson, parseJson, parseJsonMembers } from './parse-json.js';
export { type AnnotationPath, parseAnnotationPath, valueAt } from './annotation-path.js';
export { type AnnotationRemoval, removeAnnotations } from './remove-annotations.js';
export { stringMembers } from './string-members.js';
export {
  crashIdDate,
  crashIdVerdict,
  createCrashId,
  isCrashId,
  type SavedVerdict,
} from './crash-id.js';
export {
  defaultRemovedAnnotations,
  replacedAnnotations,
  replacedNote,
  serializeRawCrash,
} from './raw-crash.js';
export { rawCrashField, type ReportField, reportField, reportFieldNames } from './report-fields.js';
export {
  isMinidumpName,
  minidumpProblem,
  type MinidumpProblem,
  minidumpSignatureBytes,
} from './minidump.js';
export { sortedJson } from './sorted-json.js';
export { withDumpChecksums } from './dump-checksums.js';
export { DumpNames, InvalidDumpNameError, isDumpName } from './dump-names.js';
export {
  dumpKey,
  dumpNamesKey,
  rawCrashKey,
  serializeDumpNames,
  isBatchKey,
  processedCrashFolder,
  processedCrashKey,
  stagedBatchFolder,
  stagedBatchKey,
  stagedEnvelopeKey,
  submissionOf,
} from './stored-layout.js';
export {
  type AnnouncedCrash,
  type IntakeMessage,
  IntakeMessageError,
  maxBatchCrashes,
  parseIntakeMessage,
  serializeIntakeMessage,
  singleCrashMessage,
} from './intake-message.js';
export {
  endMarkerBytes,
  endsWithEndMarker,
  type Envelope,
  EnvelopeError,
  type EnvelopeHeader,
  envelopeHeaderBytes,
} from './envelope-format.js';
export { readEnvelopeHeader } from './envelope-header.js';
export { readEnvelope } from './envelope-reader.js';
export { type EnvelopeSink, EnvelopeWriter } from './envelope-writer.js';
