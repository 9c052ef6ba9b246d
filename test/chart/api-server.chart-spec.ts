import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { ApiServer } from './support/api-server.js';
import { exampleValues, merged, release, render } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

const builtIn =
  /^(v1|apps\/v1|autoscaling\/v2|policy\/v1|(networking|rbac\.authorization|admissionregistration)\.k8s\.io\/v1)$/;

const withServer = describeWith('helm', 'kubectl', 'kube-apiserver');

withServer('a real API server (skipped without KUBEBUILDER_ASSETS)', () => {
  let server: ApiServer;

  beforeAll(async () => {
    server = await ApiServer.start();
    server.kubectl(['create', 'namespace', 'product-owners']);
  });

  afterAll(async () => await server.close());

  it.each(exampleValues())(
    'accepts all built-in objects of $file without a warning',
    ({ values }) => {
      const objects = render(values).objects.filter(({ apiVersion }) => builtIn.test(apiVersion));
      const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
      const { code, output, errors } = server.kubectl(
        ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'],
        list,
      );
      expect(errors).toBe('');
      expect(code).toBe(0);
      expect(output.trim().split('\n')).toHaveLength(objects.length);
    },
  );

  it('accepts an upgrade of every value that can change, and its rollback', async () => {
    const next = await server.chartOf('99.1.2');
    const ingest = { podLabels: { a: 'b' }, uploadTimeout: '3m' };
    const values = { commonLabels: { team: 'x' }, ingest };

    server.install({});
    server.upgrade(values, next);
    expect(server.field('statefulset', 'reports-antenna-ingest', '.metadata.labels.team')).toBe(
      'x',
    );
    server.helm(['rollback', release.name, '1']);
    expect(server.field('statefulset', 'reports-antenna-ingest', '.metadata.labels.team')).toBe('');
    server.helm(['uninstall', release.name]);
  });

  it('keeps the number of pods until an autoscaler takes over, and then leaves it to the autoscaler', () => {
    const fixed = { ingest: { replicas: 5 } };
    const scaled = merged(fixed, { ingest: { autoscaling: { enabled: true } } });
    const replicas = () => server.field('statefulset', 'reports-antenna-ingest', '.spec.replicas');

    server.install(fixed);
    server.upgrade(scaled);
    expect(replicas()).toBe('5');
    const { errors } = server.kubectl([
      'scale',
      'statefulset',
      'reports-antenna-ingest',
      '--replicas=7',
    ]);
    expect(errors).toBe('');
    server.upgrade(merged(scaled, { logging: { level: 'debug' } }));
    expect(replicas()).toBe('7');
    server.helm(['uninstall', release.name]);
  });
});
