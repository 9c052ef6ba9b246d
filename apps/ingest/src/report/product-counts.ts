/** Counts reports by product and channel. Clients choose both strings, so only configured ones become labels. */
import { Injectable } from '@nestjs/common';

import { type Annotations, type ReportField, reportField } from '#antenna/crash-report';
import { Metrics } from '#antenna/telemetry';

import type { ReportLabels } from '../throttle/shadow/shadow-run.js';
import { IngestConfig } from '../ingest.config.js';

/** Label of a report without the annotation, or with one that is not a string. */
const none = 'none';
/** Label of a name that is not configured. */
const other = 'other';

@Injectable()
export class ProductCounts {
  private readonly products: ReadonlyMap<string, string>;
  private readonly channels: ReadonlyMap<string, string>;

  constructor(
    config: IngestConfig,
    private readonly metrics: Metrics,
  ) {
    const products = [...config.metricProducts, none];
    const channels = [...config.metricChannels, none];
    metrics.allow('product', products);
    metrics.allow('channel', channels);
    this.products = new Map(products.map((name) => [name, name]));
    this.channels = new Map(channels.map((name) => [name, name]));
  }

  /** Counts one report. Returns its labels: strings of the configuration, not of the report. */
  count(annotations: Annotations): ReportLabels {
    const labels = {
      product: label('product', annotations, this.products),
      channel: label('channel', annotations, this.channels),
    };
    this.metrics.increment('antenna.ingest.products', labels);
    return labels;
  }
}

function label(
  field: ReportField,
  annotations: Annotations,
  known: ReadonlyMap<string, string>,
): string {
  const value = reportField(field, (name) => annotations.get(name));
  return typeof value === 'string' ? (known.get(value) ?? other) : none;
}
