/** Counts reports by product and channel. Clients choose both strings, so only configured ones become labels. */
import { Injectable } from '@nestjs/common';

import { type Annotations, type ReportField, reportField } from '#antenna/crash-report';
import { Metrics } from '#antenna/telemetry';

import { IngestConfig } from '../ingest.config.js';
import { detached } from './collector-notes.js';

/** Label of a report without the annotation, or with one that is not a string. */
const none = 'none';

@Injectable()
export class ProductCounts {
  constructor(
    config: IngestConfig,
    private readonly metrics: Metrics,
  ) {
    metrics.allow('product', [...config.metricProducts, none]);
    metrics.allow('channel', [...config.metricChannels, none]);
  }

  /** Counts one report; names that are not configured are counted as `other`. */
  count(annotations: Annotations): void {
    const product = label(annotations, 'product');
    const channel = label(annotations, 'channel');
    this.metrics.increment('antenna.ingest.products', { product, channel });
  }
}

function label(annotations: Annotations, field: ReportField): string {
  const value = reportField(field, (name) => annotations.get(name));
  // A copy: a metric keeps its labels, and the value shares the memory of the JSON it was cut from.
  return typeof value === 'string' ? detached(value) : none;
}
