import { describe, expect, it } from '@jest/globals';

import { recordEveryInstrument, startTelemetry } from '#antenna/telemetry';
import { parsePrometheusText, silentLogger } from '#antenna/testing';

import { prometheusSeries } from './prometheus-names.js';

/** The label names by series at `/metrics` after every instrument has recorded one value. */
async function scrape(): Promise<Record<string, string[]>> {
  const options = { service: 'antenna', version: '1', logger: silentLogger, env: {} };
  const telemetry = await startTelemetry(options);
  const metrics = telemetry.metrics(silentLogger);
  recordEveryInstrument(metrics);
  const families = parsePrometheusText((await metrics.expose?.()) ?? '');
  await telemetry.shutdown();
  const samples = [...families.values()]
    .flatMap((family) => family.samples)
    .filter(({ name }) => name !== 'target_info');
  return Object.fromEntries(
    samples.map(({ name, labels }) => [name, Object.keys(labels).toSorted()]),
  );
}

describe('the series in Prometheus', () => {
  it('equal the names and labels at /metrics', async () => {
    const expected = [...prometheusSeries()].map(([name, labels]) => [
      name,
      Object.keys(labels).toSorted(),
    ]);
    expect(expected.length).toBeGreaterThan(50);
    expect(await scrape()).toEqual(Object.fromEntries(expected));
  });
});
