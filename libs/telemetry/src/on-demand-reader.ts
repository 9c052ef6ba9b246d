import { MetricReader } from '@opentelemetry/sdk-metrics';
import { gaugesAsTheyAre } from './gauge-temporality.js';

/** Collects metrics when it is asked to, and at no other time. */
export class OnDemandReader extends MetricReader {
  constructor() {
    super({ aggregationTemporalitySelector: gaugesAsTheyAre() });
  }

  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
