import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { freePort, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { SeparateServices } from '../observability/separate-services.js';
import { render, type Values } from './support/chart.js';
import { describeWith } from './support/describe-with.js';
import { environmentOf } from './support/environment.js';

const noVolumes = { spool: { persistence: { enabled: false } } };

describeWith('helm')('the startup gate of the chart', () => {
  let directory: TemporaryDirectory;
  let services: SeparateServices | undefined;

  beforeAll(async () => {
    directory = await temporaryDirectory();
  });

  afterAll(async () => {
    await services?.end();
    await directory.remove();
  });

  it.each<[string, Values, string]>([
    ['is on where spools have volumes', {}, 'backends'],
    ['is off where a pod cannot remember what worked', noVolumes, 'off'],
    ['can be switched on there', { ...noVolumes, startupGate: { mode: 'backends' } }, 'backends'],
    ['can be switched off', { startupGate: { mode: 'none' } }, 'off'],
  ])('%s', (_, ingest, gate) => {
    const { values } = environmentOf(render({ ingest }), 'ingest');
    expect(values['STARTUP_GATE']).toBe(gate);
  });

  it('fails only the readiness probe, at which a rollout stops, when S3 cannot be reached', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const chart = render({ aws: { s3: { endpoint: nowhere }, sqs: { endpoint: nowhere } } });
    services = await SeparateServices.in(directory.path, {
      ...environmentOf(chart, 'ingest').values,
      HOST: '127.0.0.1',
      SPOOL_DIR: join(directory.path, 'spool'),
      SPOOL_CAPACITY: '100MiB',
      THROTTLE_CONFIG_URL: '',
      AWS_ACCESS_KEY_ID: 'none',
      AWS_SECRET_ACCESS_KEY: 'none',
    });
    await services.start('ingest');

    const { spec } = chart.workload('ingest');
    const [container] = spec.template.spec.containers;
    const { startupProbe, livenessProbe, readinessProbe } = container ?? {};
    const statuses = [startupProbe, livenessProbe, readinessProbe].map(async (probe) => {
      const path = probe?.httpGet.path ?? '';
      return (await fetch(`${services?.address('ingest')}${path}`)).status;
    });
    expect(await Promise.all(statuses)).toEqual([200, 200, 503]);
    expect(spec).toMatchObject({ updateStrategy: { type: 'RollingUpdate' } });
  }, 60_000);
});
