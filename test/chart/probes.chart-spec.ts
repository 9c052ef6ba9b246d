import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { SeparateServices, type ServiceName } from '../observability/separate-services.js';
import { render } from './support/chart.js';
import { environmentOf } from './support/environment.js';
import type { Probe } from './support/kubernetes-object.js';
import { describeWith } from './support/describe-with.js';

const components: readonly ServiceName[] = ['ingest', 'crashmover', 'throttle-config'];

/** The compiled services with the chart's settings, except for paths and addresses. */
describeWith('helm')('the probes', () => {
  let directory: TemporaryDirectory;
  const running: SeparateServices[] = [];

  beforeAll(async () => {
    directory = await temporaryDirectory();
  });

  afterAll(async () => {
    for (const services of running) await services.end();
    await directory.remove();
  });

  it.each(components)('succeed on their ports for %s', async (component) => {
    const chart = render();
    const settings = environmentOf(chart, component).values;
    const services = await SeparateServices.in(directory.path, {
      ...settings,
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      BACKEND: 'embedded',
      SPOOL_DIR: join(directory.path, 'spool'),
      SPOOL_CAPACITY: '100MiB',
      RULES_SOURCE: 'file',
      RULES_CACHE_FILE: '',
      THROTTLE_CONFIG_URL: '',
    });
    running.push(services);
    await services.start(component);

    const [container] = chart.workload(component).spec.template.spec.containers;
    const { startupProbe, livenessProbe, readinessProbe } = container ?? {};
    for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
      const { path, port } = httpGet(probe);
      const url = `${services.address(component)}${path}`;
      await waitFor(async () => (await fetch(url)).status === 200, {
        describe: () => `${url} to answer 200`,
      });
      const named = container?.ports?.find(({ name }) => name === port);
      expect(String(named?.containerPort)).toBe(settings['PORT']);
    }
  });

  it.each(components)('have three different paths for %s', (component) => {
    const [container] = render().workload(component).spec.template.spec.containers;
    const { startupProbe, livenessProbe, readinessProbe } = container ?? {};
    const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => httpGet(probe).path);
    expect(new Set(paths).size).toBe(3);
  });

  it('can be switched off one by one', () => {
    const chart = render({ ingest: { livenessProbe: null } });
    const [container] = chart.workload('ingest').spec.template.spec.containers;
    expect(container?.livenessProbe).toBeUndefined();
    expect(container?.readinessProbe).toBeDefined();
  });
});

function httpGet(probe: Probe | undefined): Probe['httpGet'] {
  if (!probe) throw new Error('a probe is missing');
  return probe.httpGet;
}
