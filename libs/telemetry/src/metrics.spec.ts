import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';
import { Metrics, UnlistedMetricError } from './metrics.js';
import { metricsForTests } from './metrics-for-tests.js';

/** The metrics with untyped methods, to record what the compiler would refuse. */
interface Untyped {
  increment(name: string, attributes?: Record<string, string>): void;
  record(name: string, value: number, attributes?: Record<string, string>): void;
  observe(name: string, read: () => number, attributes?: Record<string, string>): () => void;
}

describe('counters', () => {
  it('add up by attributes', async () => {
    const { metrics, value } = metricsForTests();
    metrics.increment('antenna.ingest.outcomes', { outcome: 'accepted' });
    metrics.increment('antenna.ingest.outcomes', { outcome: 'accepted' });
    metrics.increment('antenna.ingest.outcomes', { outcome: 'rejected' });
    metrics.increment('antenna.shipper.shipped', {}, 10);
    metrics.increment('antenna.shipper.shipped');

    expect(await value('antenna.ingest.outcomes', { outcome: 'accepted' })).toBe(2);
    expect(await value('antenna.ingest.outcomes')).toBe(3);
    expect(await value('antenna.shipper.shipped')).toBe(11);
    expect(await value('antenna.ingest.malformed')).toBe(0);
  });
});

describe('histograms', () => {
  it('keep the sum and the count of the values', async () => {
    const { metrics, readings } = metricsForTests();
    metrics.record('antenna.ingest.payload.size', 1000, { payload: 'compressed' });
    metrics.record('antenna.ingest.payload.size', 500, { payload: 'compressed' });

    expect(await readings()).toEqual([
      {
        name: 'antenna.ingest.payload.size',
        attributes: { payload: 'compressed' },
        value: 1500,
        count: 2,
      },
    ]);
  });
});

describe('gauges', () => {
  it('are read when metrics are collected', async () => {
    const { metrics, value } = metricsForTests();
    let depth = 3;
    metrics.observe('antenna.spool.depth', () => depth);
    metrics.observe('antenna.spool.bytes', async () => await Promise.resolve(7));

    expect(await value('antenna.spool.depth')).toBe(3);
    depth = 4;
    expect(await value('antenna.spool.depth')).toBe(4);
    expect(await value('antenna.spool.bytes')).toBe(7);
  });

  it('use the latest observation with the same attributes', async () => {
    const { metrics, value } = metricsForTests();
    metrics.observe('antenna.spool.depth', () => 3);
    metrics.observe('antenna.spool.depth', () => 5);

    expect(await value('antenna.spool.depth')).toBe(5);
  });

  it('disappear when their observation ends, without ending the observation that replaced it', async () => {
    const { metrics, readings } = metricsForTests();
    const endOld = metrics.observe('antenna.ruleset.info', () => 1, { revision: 'old' });
    metrics.observe('antenna.ruleset.info', () => 1, { revision: 'new' });
    const endReplaced = metrics.observe('antenna.spool.depth', () => 3);
    metrics.observe('antenna.spool.depth', () => 5);
    endOld();
    endReplaced();

    expect(await readings()).toEqual([
      { name: 'antenna.ruleset.info', attributes: { revision: 'new' }, value: 1 },
      { name: 'antenna.spool.depth', attributes: {}, value: 5 },
    ]);
  });

  it('are no longer collected once their observation has ended or returns undefined', async () => {
    const { metrics, readings } = metricsForTests();
    let depth: number | undefined = 3;
    metrics.observe('antenna.crashmover.intake.depth', () => depth);
    const endOld = metrics.observe('antenna.ruleset.info', () => 1, { revision: 'old' });
    expect(await readings()).toHaveLength(2);

    endOld();
    metrics.observe('antenna.ruleset.info', () => 1, { revision: 'new' });
    depth = undefined;
    expect(await readings()).toEqual([
      { name: 'antenna.ruleset.info', attributes: { revision: 'new' }, value: 1 },
    ]);
    depth = 4;
    expect(await readings()).toHaveLength(2);
  });

  it('are left out when reading fails or returns undefined, and the failure is logged once', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      name: 'trial',
      level: 'info',
      format: 'json',
      destination: { write: (line) => lines.push(line) },
    });
    const { metrics, readings } = metricsForTests({ logger });
    metrics.observe('antenna.crashmover.intake.depth', async () => {
      throw new Error('no answer');
    });
    metrics.observe('antenna.crashmover.intake.oldest_age', () => undefined);
    metrics.observe('antenna.spool.depth', () => 1);

    const names = async () => (await readings()).map(({ name }) => name);
    expect(await names()).toEqual(['antenna.spool.depth']);
    expect(await names()).toEqual(['antenna.spool.depth']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('the gauge antenna.crashmover.intake.depth cannot be read');
  });
});

it('a gauge that does not answer is left out, and all others are collected', async () => {
  const { metrics, readings } = metricsForTests();
  const { promise, resolve } = Promise.withResolvers<number>();
  metrics.observe('antenna.crashmover.intake.depth', async () => await promise);
  metrics.observe('antenna.spool.depth', () => 1);

  expect(await readings()).toEqual([{ name: 'antenna.spool.depth', attributes: {}, value: 1 }]);
  resolve(5);
});

describe('a measurement that is not in the registry', () => {
  const unlisted: [string, (metrics: Untyped) => void][] = [
    ['antenna.nothing is not in the registry', (metrics) => metrics.increment('antenna.nothing')],
    [
      'antenna.spool.depth is a gauge, not a counter',
      (metrics) => metrics.increment('antenna.spool.depth'),
    ],
    [
      'antenna.ingest.outcomes has no outcome "lost"',
      (metrics) => metrics.increment('antenna.ingest.outcomes', { outcome: 'lost' }),
    ],
    [
      'antenna.ingest.outcomes lacks its attribute outcome',
      (metrics) => metrics.increment('antenna.ingest.outcomes'),
    ],
    [
      'antenna.spool.write.duration has no attribute disk',
      (metrics) => metrics.record('antenna.spool.write.duration', 1, { disk: 'a' }),
    ],
    [
      'antenna.shipper.shipped is a counter, not a gauge',
      (metrics) => metrics.observe('antenna.shipper.shipped', () => 1),
    ],
  ];

  it.each(unlisted)('throws in tests: %s', (problem, measure) => {
    const { metrics } = metricsForTests();

    expect(() => measure(metrics)).toThrow(new UnlistedMetricError(problem));
  });

  it.each(unlisted)('is dropped and logged once otherwise: %s', async (problem, measure) => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const logger = createLogger({ name: 'trial', level: 'info', format: 'json', destination });
    const { metrics, readings } = metricsForTests({ unlisted: 'drop', logger });
    measure(metrics);
    measure(metrics);

    expect(await readings()).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      Fields: { message: `metric dropped: ${problem}` },
    });
  });

  it('does not compile', () => {
    const { metrics } = metricsForTests({ unlisted: 'drop' });
    // @ts-expect-error not in the registry
    metrics.increment('antenna.nothing');
    // @ts-expect-error not one of the outcomes
    metrics.increment('antenna.ingest.outcomes', { outcome: 'lost' });
    // @ts-expect-error lacks its attribute
    metrics.increment('antenna.ingest.outcomes');
    // @ts-expect-error has no attributes
    metrics.record('antenna.spool.write.duration', 1, { disk: 'a' });
    // @ts-expect-error a gauge is observed, not incremented
    metrics.increment('antenna.spool.depth');
    metrics.increment('antenna.throttle.rules', { rule: 'any text' });

    expect(metrics).toBeInstanceOf(Metrics);
  });
});

describe('metrics without an OpenTelemetry SDK', () => {
  it('do nothing and do not throw', () => {
    const metrics = new Metrics();

    expect(() => {
      metrics.increment('antenna.ingest.received');
      metrics.record('antenna.ingest.request.duration', 0.1);
      metrics.observe('antenna.spool.depth', () => 1)();
    }).not.toThrow();
  });
});
