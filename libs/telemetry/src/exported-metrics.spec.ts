import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  parsePrometheusText,
  type PrometheusFamily,
  silentLogger,
  startStatsdReceiver,
  type StatsdReceiver,
  waitFor,
} from '#antenna/testing';
import type { InstrumentDefinition } from './instrument.js';
import { instruments } from './instruments.js';
import type { Metrics } from './metrics.js';
import { metricsForTests } from './metrics-for-tests.js';
import { startTelemetry, type Telemetry } from './start-telemetry.js';

const all: [string, InstrumentDefinition][] = Object.entries(instruments);

/** The metrics with untyped names, to record every instrument of the registry in a loop. */
interface ByName {
  increment(name: string, attributes: Record<string, string>): void;
  record(name: string, value: number, attributes: Record<string, string>): void;
  observe(name: string, read: () => number, attributes: Record<string, string>): void;
}

let receiver: StatsdReceiver;
let telemetry: Telemetry;
let families: ReadonlyMap<string, PrometheusFamily>;

/** The first allowed value of each attribute. */
function attributesOf(definition: InstrumentDefinition): Record<string, string> {
  return Object.fromEntries(
    Object.entries(definition.attributes).map(([name, values]) => [
      name,
      typeof values === 'string' ? 'known' : (values[0] ?? ''),
    ]),
  );
}

function recordAll(metrics: Metrics): void {
  const byName = metrics as unknown as ByName;
  const attributes = ['rule', 'check', 'reason', 'revision', 'product', 'channel'] as const;
  for (const attribute of attributes) metrics.allow(attribute, ['known']);
  for (const [name, definition] of all) {
    const attributes = attributesOf(definition);
    if (definition.type === 'counter') byName.increment(name, attributes);
    else if (definition.type === 'histogram') byName.record(name, 0.25, attributes);
    else byName.observe(name, () => 7, attributes);
  }
}

beforeAll(async () => {
  receiver = await startStatsdReceiver();
  telemetry = await startTelemetry({
    service: 'antenna-trial',
    version: '1.2.3',
    logger: silentLogger,
    env: {},
    statsd: { host: '127.0.0.1', port: receiver.port, namespace: 'trial', gaugeIntervalMs: 50 },
  });
  const metrics = telemetry.metrics(silentLogger);
  recordAll(metrics);
  families = parsePrometheusText((await metrics.expose?.()) ?? '');
});

afterAll(async () => {
  await telemetry.shutdown();
  await receiver.stop();
});

describe('the metrics at /metrics', () => {
  it.each(all.filter(([, { type }]) => type !== 'histogram'))(
    'include %s with its attributes',
    (name, definition) => {
      const underscored = name.replaceAll('.', '_');
      const { type, description } = definition;
      const sampleName = type === 'counter' ? `${underscored}_total` : underscored;
      const family = families.get(sampleName);

      expect(family).toMatchObject({ type, help: description });
      expect(family?.samples).toContainEqual({
        name: sampleName,
        labels: attributesOf(definition),
        value: expect.any(Number),
      });
    },
  );

  it.each(all.filter(([, { type }]) => type === 'histogram'))(
    'include %s with its buckets',
    (name, { description, buckets = [] }) => {
      const family = families.get(name.replaceAll('.', '_'));
      const bounds = (family?.samples ?? []).map(({ labels }) => labels['le']).filter(Boolean);

      expect(family).toMatchObject({ type: 'histogram', help: description });
      expect(bounds).toEqual([...buckets.map(String), '+Inf']);
    },
  );

  it('include the name and version of the service', () => {
    expect(families.get('target_info')?.samples).toMatchObject([
      { labels: { service_name: 'antenna-trial', service_version: '1.2.3' } },
    ]);
  });
});

describe('the metrics sent by statsd', () => {
  it.each(all)(
    "include %s, under the predecessor's name if it had one",
    async (name, definition) => {
      const { type, unit, statsd } = definition;
      const attributes = attributesOf(definition);
      const stat = (statsd?.name ?? name).replace('{check}', 'known');
      const tags = Object.entries(attributes)
        .filter(([key]) => statsd?.name.includes(`{${key}}`) !== true)
        .map(([key, value]) => `${statsd?.tags?.[key] ?? key}:${value}`);
      const [value, kind] = {
        counter: ['1', 'c'],
        histogram: unit === 's' ? ['250', 'ms'] : ['0.25', 'h'],
        gauge: ['[\\d.]+', 'g'],
      }[type];
      const suffix = tags.length > 0 ? `\\|#${tags.join(',')}` : '';
      const line = new RegExp(
        `^trial\\.${stat.replaceAll('.', '\\.')}:${value}\\|${kind}${suffix}$`,
      );

      const sent = await waitFor(() => receiver.lines.find((candidate) => line.test(candidate)), {
        describe: () => `${String(line)} among\n${receiver.lines.join('\n')}`,
      });
      expect(sent).toMatch(line);
    },
  );
});

describe('the number of series, independent of client input', () => {
  it('is at most the number of allowed values plus "other" for one open attribute', async () => {
    const metrics = telemetry.metrics(silentLogger);
    metrics.allow('rule', ['a', 'b']);
    for (let index = 0; index < 5000; index += 1)
      metrics.increment('antenna.throttle.rule_errors', { rule: `made up ${index}` });
    metrics.increment('antenna.throttle.rule_errors', { rule: 'a' });

    const text = (await metrics.expose?.()) ?? '';
    const samples = parsePrometheusText(text).get('antenna_throttle_rule_errors_total')?.samples;
    expect(samples?.map(({ labels, value }) => [labels['rule'], value])).toEqual([
      ['known', 1],
      ['a', 1],
      ['b', 0],
      ['other', 5000],
    ]);
  });

  it('is at most the number of pairs of allowed values for two open attributes', async () => {
    const { metrics, readings } = metricsForTests();
    metrics.allow('product', ['Firefox']);
    metrics.allow('channel', ['nightly']);
    for (let index = 0; index < 1000; index += 1) {
      const made = `made up ${index}`;
      metrics.increment('antenna.ingest.products', { product: made, channel: made });
      metrics.increment('antenna.ingest.products', { product: 'Firefox', channel: made });
      metrics.increment('antenna.ingest.products', { product: made, channel: 'nightly' });
    }
    metrics.increment('antenna.ingest.products', { product: 'Firefox', channel: 'nightly' });

    const counted = await readings();
    expect(
      counted.map(({ attributes, value }) => [attributes['product'], attributes['channel'], value]),
    ).toEqual([
      ['other', 'other', 1000],
      ['Firefox', 'other', 1000],
      ['other', 'nightly', 1000],
      ['Firefox', 'nightly', 1],
    ]);
  });
});
