import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  freePort,
  parsePrometheusText,
  type RunningProcess,
  silentLogger,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';
import { instruments } from './instruments.js';
import { recordEveryInstrument } from './metrics-for-tests.js';
import { startTelemetry } from './start-telemetry.js';

const { ANTENNA_TEST_OTELCOL: command } = process.env;
const describePeer = command === undefined ? describe.skip : describe;

/** Labels that the collector adds by itself. */
const added = /^(job|instance|otel_scope_\w+)$/;

/** Each series of Antenna in a scrape: its name and its labels. The collector writes the bound 1000000 as 1e+06. */
function seriesIn(text: string): string[] {
  return [...parsePrometheusText(text).values()]
    .flatMap(({ samples }) => samples)
    .filter(({ name }) => name.startsWith('antenna_'))
    .map(({ name, labels }) => {
      const own = Object.entries(labels).filter(([label]) => !added.test(label));
      return [
        name,
        ...own
          .map(([label, value]) => `${label}=${label === 'le' ? Number(value) : value}`)
          .toSorted(),
      ].join(' ');
    })
    .toSorted();
}

describePeer('an OpenTelemetry Collector (installed by .ci/install-peers)', () => {
  let directory: TemporaryDirectory;
  let collector: RunningProcess;
  let otlp: string;
  let page: string;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    const addresses = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
    otlp = `http://${addresses[0]}`;
    page = `http://${addresses[1]}/metrics`;
    const file = join(directory.path, 'collector.json');
    const settings = {
      receivers: { otlp: { protocols: { http: { endpoint: addresses[0] } } } },
      exporters: { prometheus: { endpoint: addresses[1] } },
      service: {
        telemetry: { metrics: { level: 'none' } },
        pipelines: { metrics: { receivers: ['otlp'], exporters: ['prometheus'] } },
      },
    };
    await writeFile(file, JSON.stringify(settings));
    collector = await startProcess(['--config', file], { command: command ?? 'not-installed' });
    await collector.waitForLine('Everything is ready');
  });

  afterAll(async () => {
    await collector.stop();
    await directory.remove();
  });

  it('exposes the same series with the same labels as /metrics', async () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = otlp;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: otlp, OTEL_METRIC_EXPORT_INTERVAL: '200' };
    const telemetry = await startTelemetry({
      service: 'antenna-peer',
      version: '1',
      logger: silentLogger,
      env,
    });
    try {
      const metrics = telemetry.metrics(silentLogger);
      recordEveryInstrument(metrics);
      const ours = seriesIn((await metrics.expose?.()) ?? '');
      expect(ours.length).toBeGreaterThan(Object.keys(instruments).length);
      const theirs = await waitFor(async () => {
        const series = seriesIn(await (await fetch(page)).text());
        return series.length > 0 && series;
      });
      expect(theirs).toEqual(ours);
    } finally {
      delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
      await telemetry.shutdown();
    }
  });
});
