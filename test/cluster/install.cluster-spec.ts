/** Installs each example of the chart, upgrades it, rolls it back and removes it, on a real control plane. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { exampleValues, merged, type Values } from '../chart/support/chart.js';
import { Cluster, describeOnCluster } from './support/cluster.js';
import { hollowRuntime } from './support/runtime.js';

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Objects of the cluster itself, in any namespace. */
const ofTheCluster =
  /^(ConfigMap kube-root-ca.crt|ServiceAccount (default|crashmover)|Event .*|EndpointSlice .*|Endpoints .*)$/;
const kept =
  /^(PersistentVolumeClaim spool-(crash-)?antenna-ingest-\d+|ConfigMap (throttle|crash)-rules)$/;

/** Only times: with the defaults, each pod of ingest waits for ten seconds. */
const quick: Values = { ingest: { minReadySeconds: 0 } };

describeOnCluster('the chart on a real control plane', () => {
  let cluster: Cluster;
  let kinds: string;

  beforeAll(async () => {
    cluster = await Cluster.start(() => hollowRuntime);
    await prepare(cluster);
    const all = await cluster.kubectl(
      'api-resources',
      '--namespaced',
      '--verbs=list',
      '-o',
      'name',
    );
    kinds = all
      .split('\n')
      .filter((name) => name !== '')
      .join(',');
  });
  afterAll(async () => await cluster.close());

  it('is tried in namespaces that refuse pods without the strictest security context', async () => {
    await cluster.namespace('strict');
    const run = cluster.kubectl('run', 'unsafe', '--image=unsafe', '-n', 'strict');
    await expect(run).rejects.toThrow('violates PodSecurity "restricted:latest"');
  });

  it('runs the doctor by a Job that is made from its CronJob, and removes both', async () => {
    await cluster.namespace('doctor');
    await cluster.helm('install', 'doctor', merged(quick, { doctor: { enabled: true } }));
    const from = '--from=cronjob/antenna-doctor-ingest';
    await cluster.kubectl('create', 'job', from, 'now', '-n', 'doctor');
    const selector = ['-l', 'app.kubernetes.io/component=doctor', '-n', 'doctor'];
    const account = ['-o', 'jsonpath={.items[*].spec.serviceAccountName}'];
    const started = await cluster.until(
      'the pod of the Job',
      async () => await cluster.kubectl('get', 'pods', ...selector, ...account),
    );
    expect(started).toBe('antenna-ingest');
    await cluster.uninstall('doctor');
    await cluster.until('the Job and its pod to be gone', async () => {
      const left = await cluster.kubectl('get', 'cronjobs,jobs,pods', ...selector, '-o', 'name');
      return left === '';
    });
  });

  it.each(exampleValues())(
    'installs, upgrades, rolls back and leaves only volumes and rules behind, with $file',
    async ({ file, values }) => {
      const namespace = `of-${file.replace(/\.yaml$/, '').replace(' ', '-in-')}`;
      await cluster.namespace(namespace);
      for (const claim of drainClaims(values)) await createClaim(cluster, namespace, claim);
      await cluster.kubectl('create', 'serviceaccount', 'crashmover', '-n', namespace);

      await cluster.helm('install', namespace, merged(values, quick));
      const changed = { ...quick, logging: { level: 'debug' }, commonLabels: { team: 'x' } };
      await cluster.helm('upgrade', namespace, merged(values, merged(quick, changed)));
      expect(await level(cluster, namespace)).toBe('debug');
      await cluster.rollback(namespace, 1);
      expect(await level(cluster, namespace)).not.toBe('debug');
      await cluster.uninstall(namespace);

      const left = await cluster.until('the pods to be gone', async () => {
        const objects = await leftIn(cluster, namespace, kinds);
        return objects.some((object) => object.startsWith('Pod ')) ? undefined : objects;
      });
      const claims = new Set(drainClaims(values).map((name) => `PersistentVolumeClaim ${name}`));
      expect(left.filter((object) => !kept.test(object) && !claims.has(object))).toEqual([]);
      expect(await cluster.kubectl('get', 'validatingwebhookconfigurations', '-o', 'name')).toBe(
        '',
      );
    },
  );
});

async function leftIn(cluster: Cluster, namespace: string, kinds: string): Promise<string[]> {
  const objects = await cluster.list<Named>(kinds, namespace);
  return objects
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .filter((object) => !ofTheCluster.test(object));
}

async function level(cluster: Cluster, namespace: string): Promise<string> {
  const selector = 'app.kubernetes.io/component=ingest';
  const path = 'jsonpath={.items[*].data.LOG_LEVEL}';
  return await cluster.kubectl('get', 'cm', '-n', namespace, '-l', selector, '-o', path);
}

function drainClaims(values: Values): readonly string[] {
  const { ingest } = values as { ingest?: { spool?: { drainClaims?: string[] } } };
  return ingest?.spool?.drainClaims ?? [];
}

/** What the examples expect of a cluster. */
async function prepare(cluster: Cluster): Promise<void> {
  await cluster.namespace('product-owners');
  const { admin } = cluster.plane;
  await admin.post('/apis/scheduling.k8s.io/v1/priorityclasses', {
    metadata: { name: 'high' },
    value: 1000,
  });
  await admin.post('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'gp3' },
    provisioner: 'kubernetes.io/no-provisioner',
  });
}

async function createClaim(cluster: Cluster, namespace: string, name: string): Promise<void> {
  await cluster.plane.admin.post(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, {
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
}
