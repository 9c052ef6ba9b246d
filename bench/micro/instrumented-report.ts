/** The calls to metrics and spans that ingest makes for an accepted, uncompressed report, in their order. */
import type { IncomingMessage } from 'node:http';

import { context, SpanKind } from '@opentelemetry/api';

import {
  createLogger,
  inSpan,
  type Metrics,
  openSendSpan,
  startTelemetry,
} from '#antenna/telemetry';
import { sampleAnnotations } from '#antenna/testing';

import { openShipSpan } from '../../apps/ingest/src/shipping/ship-span.js';
import { ReportTrace } from '../../apps/ingest/src/report/report-trace.js';

const crashId = 'aaaaaaaa-cbbf-4589-a673-34f800160918';
const rule = 'is_nightly';
const facts = { product: 'Firefox', version: '130.0', channel: 'nightly' };
const product = 'Firefox';
const channel = 'nightly';
const payloadBytes = 610_000;
const headers = { 'content-type': 'multipart/form-data; boundary=b', 'user-agent': 'sample' };
const request = { headers, httpVersion: '1.1' } as unknown as IncomingMessage;
const annotations = new Map(Object.entries(sampleAnnotations()));
const queue = { name: 'intake', system: 'embedded' };
const receivedAt = new Date().toISOString();

const step = async (): Promise<void> => undefined;

/** The metrics of a service that exports nothing. */
export async function offMetrics(): Promise<Metrics> {
  const logger = createLogger({ name: 'bench', level: 'error', format: 'json' });
  const telemetry = await startTelemetry({ service: 'bench', version: '0', logger, env: {} });
  const metrics = telemetry.metrics(logger);
  metrics.allow('rule', [rule]);
  metrics.allow('product', [product]);
  metrics.allow('channel', [channel]);
  return metrics;
}

/** The steps of a report without spans. */
export async function stepsAlone(): Promise<void> {
  await step();
  await step();
  await step();
  await step();
}

export async function traceReport(): Promise<void> {
  const trace = new ReportTrace(request);
  const carrier = await trace.run(async () => {
    await trace.step('decode', step);
    trace.recordProduct(annotations);
    await trace.step('throttle', step);
    trace.recordVerdict('accept', rule);
    const { carrier: ofRequest } = trace;
    await trace.step('spool.write', step);
    const report = { ...facts, size: payloadBytes };
    trace.end({ kind: 'accepted', crashId, rule, report }, 200, payloadBytes);
    return ofRequest;
  });
  const ship = openShipSpan({ crashId, verdict: 'accept', receivedAt, ...carrier });
  const put = { kind: SpanKind.CLIENT, attributes: {} };
  await context.with(ship.context, async () => await inSpan('put staging', put, step));
  const { span } = openSendSpan(queue, { parent: ship.context });
  span.setAttribute('messaging.message.id', crashId).end();
  ship.span.end();
}

/** A service increments `shipped` once per batch. */
export function recordReport(metrics: Metrics): void {
  metrics.increment('antenna.ingest.received');
  metrics.record('antenna.ingest.payload.size', payloadBytes, { payload: 'uncompressed' });
  metrics.increment('antenna.ingest.products', { product, channel });
  metrics.increment('antenna.throttle.verdicts', { verdict: 'accept' });
  metrics.increment('antenna.throttle.rules', { rule });
  metrics.increment('antenna.throttle.decisions', { rule, verdict: 'accept' });
  metrics.record('antenna.spool.write.duration', 0.004);
  metrics.increment('antenna.ingest.outcomes', { outcome: 'accepted' });
  metrics.record('antenna.ingest.request.duration', 0.012);
  metrics.increment('antenna.shipper.shipped', {}, 1);
}
