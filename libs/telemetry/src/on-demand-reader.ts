import { MetricReader } from '@opentelemetry/sdk-metrics';

/** Collects metrics when it is asked to, and at no other time. */
export class OnDemandReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}
