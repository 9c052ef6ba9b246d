/** The chart's HorizontalPodAutoscaler on an external metric, which a stand-in serves through the aggregated API. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { Cluster, describeOnCluster } from './support/cluster.js';
import { hollowRuntime } from './support/runtime.js';

const namespace = 'external';
const address = '10.3.0.3';
const metricName = 'antenna:intake_messages:total';
const groupVersion = 'external.metrics.k8s.io/v1beta1';

describeOnCluster('crashmover with an external metric', () => {
  let cluster: Cluster;
  let server: Server;
  let messages = 6;
  const asked: string[] = [];

  beforeAll(async () => {
    cluster = await Cluster.start(() => hollowRuntime);
    await cluster.namespace(namespace);
    const files = await cluster.plane.authority.issue(`metrics.${namespace}.svc`);
    const [cert, key] = [await readFile(files.cert), await readFile(files.key)];
    server = createServer({ cert, key }, ({ url = '' }, response) => {
      asked.push(url);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer(url)));
    });
    server.listen(6443, address);
    await once(server, 'listening');
    await cluster.serveExternalMetrics(namespace, 'metrics', address);
    // The chart's users grant this with their adapter.
    await cluster.kubectl(
      'create',
      'clusterrole',
      'external-metrics',
      '--verb=get,list',
      '--resource=*.external.metrics.k8s.io',
    );
    await cluster.kubectl(
      'create',
      'clusterrolebinding',
      'external-metrics',
      '--clusterrole=external-metrics',
      '--serviceaccount=kube-system:horizontal-pod-autoscaler',
    );
  });
  afterAll(async () => {
    await cluster.close();
    server.closeAllConnections();
    server.close();
  });

  function answer(url: string): object {
    const { pathname } = new URL(url, 'https://metrics');
    if (!pathname.includes('/namespaces/')) {
      const resource = { name: metricName, namespaced: true, kind: 'ExternalMetricValueList' };
      const resources = [{ ...resource, singularName: '', verbs: ['get'] }];
      return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
    }
    const timestamp = new Date().toISOString();
    const items = [{ metricName, metricLabels: { namespace }, timestamp, value: String(messages) }];
    return { kind: 'ExternalMetricValueList', apiVersion: groupVersion, metadata: {}, items };
  }

  async function scalesTo(count: number): Promise<void> {
    let state = '';
    await cluster.until(
      () => `${count} pods:\n${state}\n${asked.slice(-3).join('\n')}`,
      async () => {
        state = await cluster.field(namespace, 'hpa', 'antenna-crashmover', '.status');
        const path = '.spec.replicas';
        return (
          (await cluster.field(namespace, 'deployment', 'antenna-crashmover', path)) ===
          String(count)
        );
      },
      240_000,
    );
  }

  it('grows and shrinks with the messages of its own namespace', async () => {
    await cluster.helm('install', namespace, {
      ingest: { replicas: 2, minReadySeconds: 0 },
      crashmover: {
        autoscaling: {
          mode: 'external',
          external: { targetAverageValue: '6' },
          minReplicas: 1,
          scaleDownStabilizationSeconds: 0,
          scaleDownPercentPerMinute: 100,
        },
      },
    });
    messages = 12;
    await scalesTo(2);
    messages = 60;
    await scalesTo(10);
    messages = 6;
    await scalesTo(1);
    const metric = asked.find((url) => url.includes(`/namespaces/${namespace}/${metricName}`));
    expect(decodeURIComponent(metric ?? '')).toContain(`labelSelector=namespace=${namespace}`);
  });
});
