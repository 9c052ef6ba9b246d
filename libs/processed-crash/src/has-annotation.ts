import { signatureAnnotations } from '#antenna/signature';

import type { ProcessedCrash } from './processed-crash.js';

const signing: ReadonlySet<string> = new Set(signatureAnnotations);

/** Whether a processed crash has, or may have in its signature, the value of an annotation of the raw crash. */
export function hasAnnotation({ annotations }: ProcessedCrash, name: string): boolean {
  return Object.hasOwn(annotations, name) || signing.has(name);
}
