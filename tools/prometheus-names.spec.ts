import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { describe, expect, it } from '@jest/globals';

import { type InstrumentDefinition, instruments } from '#antenna/telemetry';

import { prometheusName, prometheusSeries } from './prometheus-names.js';

const samplePattern = /^(?<name>\w+)(?:\{(?<labels>.*)\})? \S+$/;

/** The label names by series in a scrape after every instrument has recorded one value. */
async function scrape(): Promise<Map<string, string[]>> {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [reader] }).getMeter('antenna');
  for (const [name, definition] of Object.entries<InstrumentDefinition>(instruments)) {
    const { type, unit, attributes } = definition;
    const measured = Object.fromEntries(
      Object.entries(attributes).map(([key, values]) => [key, values[0] ?? 'any']),
    );
    if (type === 'counter') meter.createCounter(name, { unit }).add(1, measured);
    if (type === 'histogram') meter.createHistogram(name, { unit }).record(1, measured);
    if (type === 'gauge') meter.createGauge(name, { unit }).record(1, measured);
  }
  const { resourceMetrics } = await reader.collect();
  const text = new PrometheusSerializer('', false, undefined, true, true).serialize(
    resourceMetrics,
  );
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const { name = '', labels = '' } = samplePattern.exec(line)?.groups ?? {};
      return [name, [...labels.matchAll(/(\w+)="/g)].map(([, key = '']) => key).toSorted()];
    }),
  );
}

describe('the names in Prometheus', () => {
  it('equal the names and labels that the exporter writes', async () => {
    const expected = [...prometheusSeries()].map(([name, labels]) => [
      name,
      Object.keys(labels).toSorted(),
    ]);
    expect(Object.fromEntries(await scrape())).toEqual(Object.fromEntries(expected));
  });

  it('have no unit, unlike the names of the OpenTelemetry collector', () => {
    expect(prometheusName('antenna.ingest.outcomes')).toBe('antenna_ingest_outcomes_total');
    expect(prometheusName('antenna.spool.bytes')).toBe('antenna_spool_bytes');
    expect(prometheusName('antenna.ruleset.info')).toBe('antenna_ruleset_info');
    expect(prometheusName('antenna.spool.write.duration')).toBe('antenna_spool_write_duration');
  });
});
