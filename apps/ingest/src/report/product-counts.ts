/** How many reports come of which product and channel: clients choose both, so only listed names are told apart. */
import { Injectable } from '@nestjs/common';

import type { Annotations, JsonValue } from '#antenna/crash-report';
import { Metrics } from '#antenna/telemetry';

import { IngestConfig } from '../ingest.config.js';

/** For a report that does not say, or says it as something other than text. */
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

  /** Counts a report whose annotations were read; names that are not listed are counted as `other`. */
  count(annotations: Annotations): void {
    const product = textOf(annotations.get('ProductName'));
    const channel = textOf(annotations.get('ReleaseChannel'));
    this.metrics.increment('antenna.ingest.products', { product, channel });
  }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : none;
}
