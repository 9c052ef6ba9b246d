import { afterEach, describe, expect, it } from '@jest/globals';

import { ConfigError, loadConfig } from '#antenna/service';
import { CrashReport, requestBytes, sampleAnnotations } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { IngestConfig } from '../ingest.config.js';

const { ProductName: product, ReleaseChannel: channel } = sampleAnnotations();

let ingest: IngestInTest | undefined;
afterEach(async () => await ingest?.close());

async function counts(): Promise<Record<string, number>> {
  const readings = (await ingest?.telemetry.readings()) ?? [];
  const ours = readings.filter(({ name }) => name === 'antenna.ingest.products');
  const named = ours.map(({ attributes, value }) => [
    `${String(attributes['product'])} ${String(attributes['channel'])}`,
    value,
  ]);
  return Object.fromEntries(named);
}

async function submit(annotations: Record<string, string>): Promise<string> {
  const report = new CrashReport().withAnnotations({ A: 'b', ...annotations });
  return (await ingest?.submit(report))?.outcome ?? '';
}

describe('reports by product and channel', () => {
  it('are counted under configured names, and as none without the annotation', async () => {
    ingest = await startIngestInTest();
    await submit({ ProductName: 'Firefox', ReleaseChannel: 'nightly' });
    await submit({ ProductName: 'Firefox', ReleaseChannel: 'nightly' });
    await submit({ ProductName: 'Fenix', ReleaseChannel: 'beta' });
    await submit({ ReleaseChannel: 'release' });
    await submit({ ProductName: 'Firefox' });

    expect(await counts()).toEqual({
      'Firefox nightly': 2,
      'Fenix beta': 1,
      'none release': 1,
      'Firefox none': 1,
    });
  });

  it('are counted under any name that clients use', async () => {
    ingest = await startIngestInTest({
      env: { METRIC_PRODUCTS: 'App,Desk', METRIC_CHANNELS: 'stable' },
    });
    await submit({ prod: 'App', ver: '1.2', channel: 'stable' });
    await submit({ _productName: 'Desk', prod: 'Electron' });
    await submit({ prod: 'Other', channel: 'canary' });

    expect(await counts()).toEqual({ 'App stable': 1, 'Desk none': 1, 'other other': 1 });
  });

  it('are counted as none when the JSON value is not a string', async () => {
    ingest = await startIngestInTest();
    await ingest.submit(
      new CrashReport().withExtra({ ProductName: ['Firefox'], ReleaseChannel: 7 }),
    );

    expect(await counts()).toEqual({ 'none none': 1 });
  });

  it('are counted for every verdict, but not when they are malformed', async () => {
    const rules = `
apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - { name: unwanted, match: 'true', result: reject }
`;
    ingest = await startIngestInTest({ rules });
    expect(await submit({ ProductName: 'Firefox', ReleaseChannel: 'esr' })).toBe('rejected');
    const { outcome } = await ingest.submit(new CrashReport().withExtra('{}'));
    expect(outcome).toBe('malformed no_annotations');

    expect(await counts()).toEqual({ 'Firefox esr': 1 });
  });

  it('create at most the series of the configured names, for any values of clients', async () => {
    ingest = await startIngestInTest({
      env: { METRIC_PRODUCTS: 'Firefox,Fenix', METRIC_CHANNELS: 'nightly' },
    });
    const hostile = Array.from({ length: 1000 }, (_, index) => ({
      ProductName: `made up ${index}`,
      ReleaseChannel: index % 2 === 0 ? 'nightly' : `made up ${index}`,
    }));
    for (let from = 0; from < hostile.length; from += 20) {
      const some = hostile
        .slice(from, from + 20)
        .map(
          async (annotations) =>
            await ingest?.send(
              requestBytes(new CrashReport().withAnnotations(annotations).build()),
            ),
        );
      await Promise.all(some);
    }

    expect(await counts()).toEqual({ 'other nightly': 500, 'other other': 500 });
  });
});

describe('METRIC_PRODUCTS and METRIC_CHANNELS', () => {
  it('contain the names of the sample report', () => {
    const { metricProducts, metricChannels } = loadConfig(IngestConfig, {});
    expect(metricProducts).toContain(product);
    expect(metricChannels).toContain(channel);
  });

  it('are refused when they make too many series', () => {
    const METRIC_PRODUCTS = Array.from({ length: 200 }, (_, index) => `p${index}`).join(',');
    expect(() => loadConfig(IngestConfig, { METRIC_PRODUCTS })).toThrow(ConfigError);
    expect(() => loadConfig(IngestConfig, { METRIC_PRODUCTS })).toThrow(
      'METRIC_PRODUCTS and METRIC_CHANNELS must make at most 1000 pairs',
    );
  });
});
