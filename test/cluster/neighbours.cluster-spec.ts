/**
 * The manifests for those who give the chart nodes, or install it: the API server checks them against the real custom
 * resource definitions, and so runs their CEL rules. No controller of theirs runs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

import { merged, release, render, type Values } from '../chart/support/chart.js';
import { Cluster, describeOnCluster } from './support/cluster.js';
import { hollowRuntime } from './support/runtime.js';

const files = ['k8s/eks', 'k8s/gitops'].flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => join(folder, file)),
);

/** Changes that the schemas allow and only a CEL rule forbids, with the rule's message. */
const forbidden: readonly [kind: string, change: Values, message: string][] = [
  [
    'HelmRelease',
    { spec: { chartRef: { kind: 'OCIRepository', name: 'antenna' } } },
    'either chart or chartRef must be set',
  ],
  [
    'NodePool',
    { spec: { template: { spec: { requirements: [requirement('Gt', '-6')] } } } },
    'must have a single positive integer value',
  ],
  ['EC2NodeClass', { spec: { instanceProfile: 'also' } }, "one of ['role', 'instanceProfile']"],
];

describeOnCluster('the manifests in k8s/eks and k8s/gitops', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start(() => hollowRuntime, /^gateway/);
    await cluster.define(/./, 'neighbours');
    for (const name of ['antenna', 'argocd']) await cluster.namespace(name);
  });
  afterAll(async () => await cluster.close());

  it('are for EKS and for tools that install the chart', () => {
    expect(files.length).toBeGreaterThan(3);
  });

  it.each(files)('are accepted by the API server: %s', async (file) => {
    const names = await dryRun(cluster, file);
    expect(names.split('\n')).toHaveLength(objectsIn(file).length);
  });

  it.each(forbidden)('would be refused by a CEL rule of %s', async (kind, change, message) => {
    const object = files.flatMap(objectsIn).find((found) => found['kind'] === kind);
    const changed = await cluster.file(JSON.stringify(merged(object ?? {}, change)));
    await expect(dryRun(cluster, changed)).rejects.toThrow(message);
  });

  it('are checked as the routes of the chart are, with their CEL rules', async () => {
    const timeouts = { request: '1m', backendRequest: '11m' };
    const httpRoute = { enabled: true, parentRefs: [{ name: 'public' }], timeouts };
    const [route = {}] = render({ httpRoute }).ofKind('HTTPRoute');
    await cluster.namespace(release.namespace);
    const file = await cluster.file(JSON.stringify(route));
    await expect(dryRun(cluster, file)).rejects.toThrow(
      'backendRequest timeout cannot be longer than request',
    );
  });
});

async function dryRun(cluster: Cluster, file: string): Promise<string> {
  const flags = ['--server-side', '--dry-run=server', '--validate=strict', '--output=name'];
  return await cluster.kubectl('apply', ...flags, '-f', file);
}

function objectsIn(file: string): readonly Values[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((found) => found.toJSON() as Values);
}

function requirement(operator: string, value: string): Values {
  return { key: 'karpenter.k8s.aws/instance-generation', operator, values: [value] };
}
