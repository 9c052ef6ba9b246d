import { afterEach, describe, expect, it } from '@jest/globals';
import { parsePrometheusText, silentLogger } from '#antenna/testing';
import { closedSeries } from './counter-series.js';
import { metricsForTests } from './metrics-for-tests.js';
import { startTelemetry, type Telemetry } from './start-telemetry.js';

let telemetry: Telemetry | undefined;

afterEach(async () => {
  await telemetry?.shutdown();
});

/** `name{label="value"}` of every counter at `/metrics`, before anything is counted. */
async function countersOf(service: string): Promise<Map<string, number>> {
  telemetry = await startTelemetry({ service, version: '1', logger: silentLogger, env: {} });
  const text = (await telemetry.metrics(silentLogger).expose?.()) ?? '';
  const samples = [...parsePrometheusText(text).values()]
    .filter(({ type }) => type === 'counter')
    .flatMap((family) => family.samples);
  return new Map(
    samples.map(({ name, labels, value }) => [[name, ...Object.values(labels)].join(' '), value]),
  );
}

describe('a service that has counted nothing', () => {
  it('exposes its counters at 0 with every value of their attributes', async () => {
    const counters = await countersOf('antenna-ingest');

    expect([...counters.keys()]).toEqual(
      expect.arrayContaining([
        'antenna_ingest_received_total',
        'antenna_ingest_outcomes_total accepted',
        'antenna_ingest_outcomes_total unavailable',
        'antenna_ingest_malformed_total bad_gzip',
        'antenna_shipper_failures_total announce',
      ]),
    );
    expect([...counters.values()]).not.toEqual([]);
    expect([...counters.values()].filter((value) => value !== 0)).toEqual([]);
  });

  it('does not expose the counters of other services', async () => {
    const names = [...(await countersOf('antenna-crashmover')).keys()];

    expect(names).toContain('antenna_crashmover_outcomes_total dead_lettered');
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !name.startsWith('antenna_crashmover_'))).toEqual([]);
  });

  it('exposes fewer than 200 series for all services in the standalone process', async () => {
    const names = [...(await countersOf('antenna-standalone')).keys()];

    expect(names).toEqual(expect.arrayContaining(['antenna_throttle_config_edits_total refused']));
    expect(names).toHaveLength(closedSeries('antenna-standalone').length);
    expect(names.length).toBeLessThan(200);
  });
});

it('a counter with an open attribute starts at 0 for each allowed value', async () => {
  const { metrics, readings } = metricsForTests();
  metrics.allow('rule', ['a', 'b']);
  metrics.increment('antenna.throttle.rules', { rule: 'b' });
  metrics.allow('rule', ['b']);

  const rules = (await readings()).filter(({ name }) => name === 'antenna.throttle.rules');
  expect(rules.map(({ attributes, value }) => [attributes['rule'], value])).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
  const decisions = (await readings()).filter(({ name }) => name === 'antenna.throttle.decisions');
  expect(decisions.map(({ attributes: { rule, verdict } }) => [rule, verdict])).toEqual(
    ['a', 'b'].flatMap((rule) =>
      ['accept', 'defer', 'reject', 'fakeaccept'].map((verdict) => [rule, verdict]),
    ),
  );
});
