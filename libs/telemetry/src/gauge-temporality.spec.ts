import { afterEach, describe, expect, it } from '@jest/globals';
import {
  AggregationTemporality,
  InstrumentType,
  type MetricReader,
} from '@opentelemetry/sdk-metrics';
import { silentLogger } from '#antenna/testing';
import { OnDemandReader } from './gauge-temporality.js';
import { otlpMetricReader } from './otlp.js';
import { openStatsd } from './statsd.js';

const noServer = { host: '127.0.0.1', port: 9 };
const opened: MetricReader[] = [];

afterEach(async () => {
  for (const reader of opened.splice(0)) await reader.shutdown();
});

describe('metric readers', () => {
  it.each([
    ['at /metrics', async () => new OnDemandReader()],
    ['by OTLP', async () => await otlpMetricReader({})],
    ['by statsd', async () => openStatsd(noServer, silentLogger).gauges],
  ])('report the last value of a gauge and the sum of a counter: %s', async (_, open) => {
    const reader = await open();
    opened.push(reader);

    const how = (type: InstrumentType) => reader.selectAggregationTemporality(type);
    expect(how(InstrumentType.OBSERVABLE_GAUGE)).toBe(AggregationTemporality.DELTA);
    expect(how(InstrumentType.COUNTER)).toBe(AggregationTemporality.CUMULATIVE);
    expect(how(InstrumentType.HISTOGRAM)).toBe(AggregationTemporality.CUMULATIVE);
  });
});
