import { hostname } from 'node:os';
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
import type { InstrumentName } from './instrument-names.js';
import { instruments } from './instruments.js';
import { anyAttributes, metricsForTests, recordEveryInstrument } from './metrics-for-tests.js';
import { prometheusName } from './prometheus-name.js';
import { startTelemetry, type Telemetry } from './start-telemetry.js';

const all = Object.entries<InstrumentDefinition>(instruments) as [
  InstrumentName,
  InstrumentDefinition,
][];

let receiver: StatsdReceiver;
let telemetry: Telemetry;
let families: ReadonlyMap<string, PrometheusFamily>;

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
  recordEveryInstrument(metrics);
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
      const { type, description } = definition;
      const sampleName = prometheusName(name);
      const family = families.get(sampleName);

      expect(family).toMatchObject({ type, help: description });
      expect(family?.samples).toContainEqual({
        name: sampleName,
        labels: anyAttributes(definition),
        value: expect.any(Number),
      });
    },
  );

  it.each(all.filter(([, { type }]) => type === 'histogram'))(
    'include %s with its buckets',
    (name, { description, buckets = [] }) => {
      const family = families.get(prometheusName(name));
      const bounds = (family?.samples ?? []).map(({ labels }) => labels['le']).filter(Boolean);

      expect(family).toMatchObject({ type: 'histogram', help: description });
      expect(bounds).toEqual([...buckets.map(String), '+Inf']);
    },
  );

  it('include the pod of OTEL_RESOURCE_ATTRIBUTES, by which a collector tells pods apart', async () => {
    process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'k8s.namespace.name=crashes,k8s.pod.name=ingest-0';
    const options = { service: 'antenna-trial', version: '1', logger: silentLogger, env: {} };
    const ofPod = await startTelemetry(options);
    delete process.env['OTEL_RESOURCE_ATTRIBUTES'];
    const text = (await ofPod.metrics(silentLogger).expose?.()) ?? '';
    await ofPod.shutdown();
    const [info] = parsePrometheusText(text).get('target_info')?.samples ?? [];
    expect(info?.labels).toMatchObject({
      service_name: 'antenna-trial',
      service_instance_id: expect.stringContaining(hostname()),
      k8s_namespace_name: 'crashes',
      k8s_pod_name: 'ingest-0',
    });
  });

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
      const attributes = anyAttributes(definition);
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
