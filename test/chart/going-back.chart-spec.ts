import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';

import { waitFor } from '#antenna/testing';

import { ApiServer } from './support/api-server.js';
import { merged, release, type Values } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

const ingest = `${release.name}-antenna-ingest`;
const crashmover = `${release.name}-antenna-crashmover`;
const refused = /updates to statefulset spec .* are forbidden/;

function ofSize(size: string, more: Values = {}): Values {
  return merged({ ingest: { spool: { persistence: { size } } } }, more);
}

const withServer = describeWith('helm', 'kubectl', 'kube-apiserver');

function pods(replicas: number): Values {
  return { ingest: { replicas } };
}

/** Has the name of the real one, and accepts every object. */
function kedaCrd(kind: string, plural: string): object {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  const version = { name: 'v1alpha1', served: true, storage: true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.keda.sh` },
    spec: {
      group: 'keda.sh',
      scope: 'Namespaced',
      names: { kind, plural },
      versions: [{ ...version, schema: { openAPIV3Schema: schema } }],
    },
  };
}

/** What docs/upgrade.md says about volumes and numbers of pods, which depends on what the API server allows. */
withServer('an upgrade and its way back (skipped without KUBEBUILDER_ASSETS)', () => {
  let server: ApiServer;
  const size = () =>
    server.field(
      'statefulset',
      ingest,
      '.spec.volumeClaimTemplates[0].spec.resources.requests.storage',
    );
  const capacity = () => server.field('configmap', ingest, '.data.SPOOL_CAPACITY');
  const replicas = (kind: string, name: string) => server.field(kind, name, '.spec.replicas');

  beforeAll(async () => {
    server = await ApiServer.start();
  });

  beforeEach(() => {
    server.kubectl(['delete', 'secrets,configmaps', '--all']);
    server.kubectl(['delete', 'deployments,statefulsets,hpa', '--all', '--cascade=background']);
  });

  afterAll(async () => await server.close());

  /** No garbage collector runs, which would finish `--cascade=orphan`; there are no pods either. */
  function deleteStatefulSet(): void {
    const { code } = server.kubectl(['delete', 'statefulset', ingest, '--cascade=background']);
    expect(code).toBe(0);
  }

  it('is refused for another volume size, after the settings have changed, and rolled back', () => {
    server.install(ofSize('20Gi'));
    expect(() => server.upgrade(ofSize('40Gi'))).toThrow(refused);
    expect([size(), capacity()]).toEqual(['20Gi', '38386270208B']);
    server.helm(['rollback', release.name]);
    expect([size(), capacity()]).toEqual(['20Gi', '19058917376B']);
  });

  it('enlarges volumes once the StatefulSet is deleted, and goes back with the old values and the new size', () => {
    server.install(ofSize('20Gi', { logging: { level: 'debug' } }));
    deleteStatefulSet();
    server.upgrade(ofSize('40Gi'));
    expect([size(), capacity()]).toEqual(['40Gi', '38386270208B']);
    expect(() => server.helm(['rollback', release.name, '1'])).toThrow(refused);
    server.upgrade(ofSize('40Gi', { logging: { level: 'debug' } }));
    expect(server.field('configmap', ingest, '.data.LOG_LEVEL')).toBe('debug');
    expect([size(), capacity()]).toEqual(['40Gi', '38386270208B']);
  });

  it('keeps the pods of an autoscaled ingest when its StatefulSet is created again', () => {
    const scaled = { ingest: { autoscaling: { enabled: true, minReplicas: 3 } } };
    server.install(ofSize('20Gi', scaled));
    const status = { status: { currentReplicas: 6, desiredReplicas: 6 } };
    const patch = ['--type=merge', '--patch', JSON.stringify(status)];
    const { errors } = server.kubectl(['patch', 'hpa', ingest, '--subresource=status', ...patch]);
    expect(errors).toBe('');
    deleteStatefulSet();
    server.upgrade(ofSize('40Gi', scaled));
    expect(replicas('statefulset', ingest)).toBe('6');
  });

  it('conflicts with a number that was set by hand, until the values name it or the conflict is forced', () => {
    server.install(pods(3));
    scale('statefulset', ingest, 7);
    expect(() => server.upgrade(pods(4))).toThrow(/conflict with "kubectl".*\.spec\.replicas/);
    server.upgrade(pods(7));
    expect(replicas('statefulset', ingest)).toBe('7');
    server.upgrade(pods(4), undefined, ['--force-conflicts']);
    server.upgrade(pods(3));
    expect(replicas('statefulset', ingest)).toBe('3');
  });

  it('keeps the pods when it returns to an autoscaler by an upgrade, and one pod by a rollback', () => {
    const scaled = { crashmover: { autoscaling: { mode: 'external' } } };
    const fixed = { crashmover: { replicas: 5, autoscaling: { mode: 'none' } } };
    server.install(scaled);
    scale('deployment', crashmover, 6);
    server.upgrade(fixed, undefined, ['--force-conflicts']);
    server.upgrade(scaled);
    expect(replicas('deployment', crashmover)).toBe('5');
    server.upgrade(fixed, undefined, ['--force-conflicts']);
    server.helm(['rollback', release.name, '1']);
    expect(replicas('deployment', crashmover)).toBe('1');
  });

  it('returns by an upgrade, not by a rollback, when KEDA is gone', async () => {
    const keda = { authentication: { identityOwner: 'keda' } };
    const queues = { intake: 'https://sqs.us-east-1.amazonaws.com/123456789012/antenna-intake' };
    const mode = (name: string) => ({ queues, crashmover: { autoscaling: { mode: name, keda } } });
    const kinds = {
      ScaledObject: 'scaledobjects',
      TriggerAuthentication: 'triggerauthentications',
    };
    const crds = Object.entries(kinds).map(([kind, plural]) => kedaCrd(kind, plural));
    server.kubectl(['create', '-f', '-'], crds.map((crd) => JSON.stringify(crd)).join('\n---\n'));
    server.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    server.install(mode('keda'));
    server.upgrade(mode('none'));
    server.kubectl(['delete', 'crd', '--all']);
    const known = ['api-resources', '--api-group=keda.sh', '--cached=false', '--output=name'];
    await waitFor(() => server.kubectl(known).output === '');

    const missing = /no matches for kind "ScaledObject"/;
    expect(() => server.helm(['rollback', release.name, '1'])).toThrow(missing);
    expect(() => server.helm(['rollback', release.name, '2'])).toThrow(missing);
    expect(() => server.upgrade(mode('none'))).toThrow(/another operation .* is in progress/);
    const pending = `owner=helm,name=${release.name},status=pending-rollback`;
    expect(server.kubectl(['delete', 'secret', '-l', pending]).code).toBe(0);
    server.upgrade(mode('none'));
    expect(replicas('deployment', crashmover)).toBe('2');
  });

  it('does not affect a second release in the namespace', async () => {
    const chart = await server.chartOf('99.1.2');
    server.install({});
    server.helm(['install', 'other', chart, '--values', '-']);
    server.helm(['uninstall', release.name]);
    expect(replicas('statefulset', 'other-antenna-ingest')).toBe('3');
    server.helm(['uninstall', 'other']);
  });

  function scale(kind: string, name: string, count: number): void {
    const { errors } = server.kubectl(['scale', kind, name, `--replicas=${count}`]);
    expect(errors).toBe('');
  }
});
