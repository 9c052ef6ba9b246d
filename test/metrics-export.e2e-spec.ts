import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  parsePrometheusText,
  type PrometheusFamily,
  startStatsdReceiver,
  type StatsdReceiver,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { type OtlpReceiver, startOtlpReceiver } from './observability/otlp-receiver.js';
import { type ServiceName, SeparateServices } from './observability/separate-services.js';

let directory: TemporaryDirectory;
let otlp: OtlpReceiver;
let statsd: StatsdReceiver;
let services: SeparateServices;

beforeAll(async () => {
  directory = await temporaryDirectory();
  otlp = await startOtlpReceiver();
  statsd = await startStatsdReceiver();
  services = await SeparateServices.in(directory.path, {
    ...otlp.environment,
    OTEL_METRIC_EXPORT_INTERVAL: '200',
    STATSD_HOST: '127.0.0.1',
    STATSD_PORT: String(statsd.port),
  });
  await services.start('throttle-config', 'crashmover', 'ingest');
  const form = new FormData();
  form.append('ProductName', 'Firefox');
  form.append('ReleaseChannel', 'nightly');
  await fetch(`${services.address('ingest')}/submit`, { method: 'POST', body: form });
  await services.running('crashmover').waitForLine(' published');
});

afterAll(async () => {
  await services.end();
  await otlp.stop();
  await statsd.stop();
  await directory.remove();
});

async function scrape(service: ServiceName) {
  const answer = await fetch(`${services.address(service)}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsePrometheusText(await answer.text());
}

/** What a counter has counted by the values of a label, without those at 0. */
function counted(families: ReadonlyMap<string, PrometheusFamily>, name: string, label: string) {
  const samples = families.get(name)?.samples ?? [];
  const seen = samples.filter(({ value }) => value > 0);
  return Object.fromEntries(seen.map(({ labels, value }) => [labels[label], value]));
}

describe('/metrics of each service', () => {
  it('counts a report that ingest accepted', async () => {
    const families = await scrape('ingest');
    expect(counted(families, 'antenna_ingest_outcomes_total', 'outcome')).toEqual({ accepted: 1 });
    expect(counted(families, 'antenna_throttle_rules_total', 'rule')).toEqual({ is_nightly: 1 });
    expect(families.get('antenna_throttle_decisions_total')?.samples).toContainEqual(
      expect.objectContaining({ labels: { rule: 'is_nightly', verdict: 'accept' }, value: 1 }),
    );
    expect(families.get('antenna_ingest_malformed_total')?.samples).toContainEqual(
      expect.objectContaining({ labels: { reason: 'bad_gzip' }, value: 0 }),
    );
    expect(families.get('antenna_spool_capacity_bytes')?.samples[0]?.value).toBeGreaterThan(0);
    expect(families.get('antenna_process_event_loop_delay_seconds')?.samples).toHaveLength(3);
  });

  it('counts what crashmover published, and has the resource of throttle-config', async () => {
    const published = (await scrape('crashmover')).get('antenna_crashmover_published_total');
    expect(published?.samples).toMatchObject([{ value: 1 }]);
    expect((await scrape('throttle-config')).get('target_info')?.samples).toMatchObject([
      { labels: { service_name: 'antenna-throttle-config' } },
    ]);
  });
});

it('StatsD gets the metrics under their legacy names', async () => {
  const names = [
    'breakpad_resource.incoming_crash:1|c',
    'breakpad_resource.throttle:1|c|#result:accept',
    'breakpad_resource.throttle_rule:1|c|#rule:is_nightly',
    'crashmover.save_crash.count:1|c',
  ];
  await waitFor(() => names.every((line) => statsd.lines.includes(line)));
  expect(statsd.lines).toEqual(expect.arrayContaining(names));
});

it('an OTLP collector gets the metrics', async () => {
  const names = ['antenna.crashmover.published', 'antenna.ingest.outcomes'];
  await waitFor(() => names.every((name) => otlp.text().includes(name)));
  expect(otlp.text()).toContain('"antenna-crashmover"');
});

it('a clean stop with exporters logs no error', async () => {
  const crashmover = services.running('crashmover');
  crashmover.kill('SIGTERM');
  expect(await crashmover.exit).toEqual({ code: 0, signal: null });
  expect(crashmover.stdout.filter((line) => line.startsWith('{"Severity":3'))).toEqual([]);
});

describe('an exporter', () => {
  it('is not loaded unless it is configured', async () => {
    expect(await loadedPackages({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toEqual(['fastify']);
  });

  it('is loaded when it is configured', async () => {
    const everything = {
      OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
      STATSD_HOST: '127.0.0.1',
      SENTRY_DSN: 'http://publickey@127.0.0.1:9/1',
    };
    expect(await loadedPackages(everything)).toEqual([
      '@opentelemetry/sdk-node',
      '@sentry/node',
      'fastify',
      'hot-shots',
    ]);
  });
});

/** Tells on standard output of each module of a package that is loaded. */
const loadingHook = `
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      console.log('loaded ' + url);
      return next(url, context);
    },
  });
`;

/** Which of some packages an ingest with these settings loads. */
async function loadedPackages(settings: Readonly<Record<string, string>>): Promise<string[]> {
  const bare = await SeparateServices.in(join(directory.path, 'bare'), {
    ...settings,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(loadingHook)}`,
  });
  await bare.start('ingest');
  const urls = bare.running('ingest').stdout.filter((line) => line.startsWith('loaded '));
  await bare.end();
  return ['@opentelemetry/sdk-node', '@sentry/node', 'fastify', 'hot-shots'].filter((name) =>
    urls.some((url) => url.includes(`/node_modules/${name}/`)),
  );
}
