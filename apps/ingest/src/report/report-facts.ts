import { type Annotations, type ReportField, reportField } from '#antenna/crash-report';

import type { ReportFacts } from '../outcome/outcome.js';
import { printableText } from './printable.js';

/** @param size bytes on the wire */
export function reportFacts(annotations: Annotations, size: number): ReportFacts {
  const shown = (field: ReportField): string | undefined => {
    const value = reportField(field, (name) => annotations.get(name));
    return typeof value === 'string' ? printableText(value) : undefined;
  };
  return { product: shown('product'), version: shown('version'), channel: shown('channel'), size };
}
