export { processedCrashKey } from '#antenna/crash-report';
export { hasAnnotation } from './has-annotation.js';
export { buildProcessedCrash } from './build-processed-crash.js';
export { copiedAnnotations, namesToCopy } from './copied-annotations.js';
export type { ProcessedCrash, WalkedDump, WalkStatus } from './processed-crash.js';
export { processedCrashSchema } from './processed-crash-schema.js';
export { readProcessedCrash, serializeProcessedCrash } from './stored-processed-crash.js';
export { signatureInputOf } from './signature-input.js';
