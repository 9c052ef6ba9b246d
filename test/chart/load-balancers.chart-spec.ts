/** What the examples tell load balancers of AWS fits what ingest does. */
import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

import { loadConfig } from '#antenna/service';
import { temporaryDirectory } from '#antenna/testing';

import { IngestConfig } from '../../apps/ingest/src/index.js';
import { LoopbackCluster } from './cluster/loopback-cluster.js';
import { exampleValues, merged, podName, render, type RenderedChart } from './support/chart.js';
import { describeWith } from './support/describe-with.js';
import { environmentOf } from './support/environment.js';

const balancers = [
  { file: 'alb-values.yaml', kind: 'Ingress', prefix: 'alb.ingress.kubernetes.io/' },
  {
    file: 'nlb-values.yaml',
    kind: 'Service',
    prefix: 'service.beta.kubernetes.io/aws-load-balancer-',
  },
] as const;

describeWith('helm').each(balancers)('the load balancer of $file', ({ file, kind, prefix }) => {
  const example = exampleValues().find((candidate) => candidate.file === file);
  const values = merged(example?.values ?? {}, {
    throttleConfig: { enabled: false },
    ingest: { startupGate: { mode: 'none' } },
  });
  const annotation = (chart: RenderedChart, name: string): string => {
    const own = chart.of(kind, 'ingest').map(({ metadata }) => metadata.annotations ?? {});
    return own.map((annotations) => annotations[prefix + name]).find(Boolean) ?? '';
  };

  it('waits for the last upload of a leaving pod', () => {
    const chart = render(values);
    const { terminationGracePeriodSeconds = 0, containers } =
      chart.workload('ingest').spec.template.spec;
    const preStop = containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    const upload = loadConfig(IngestConfig, environmentOf(chart, 'ingest').values).uploadTimeoutMs;
    const wait = attribute(
      annotation(chart, 'target-group-attributes'),
      'deregistration_delay.timeout_seconds',
    );
    expect(preStop).toBeGreaterThan(15);
    expect(wait).toBeGreaterThanOrEqual(preStop + upload / 1000);
    expect(wait).toBeLessThanOrEqual(3600);
    expect(nodePoolGraceSeconds()).toBeGreaterThan(terminationGracePeriodSeconds);
  });

  it('checks a path that answers 200, on a connection that ingest keeps longer than the balancer', async () => {
    const chart = render(values);
    const path = annotation(chart, 'healthcheck-path');
    const response = await answerOf(chart, path);
    expect(response.status).toBe(200);

    // An NLB keeps no connections of its own: it passes on those of clients.
    const idle = attribute(
      annotation(chart, 'load-balancer-attributes'),
      'idle_timeout.timeout_seconds',
    );
    expect(idle > 0).toBe(kind === 'Ingress');
    expect(attribute(response.headers.get('keep-alive') ?? '', 'timeout')).toBeGreaterThan(idle);
  });
});

/** The answer of a real ingest, started as the manifests say. */
async function answerOf(chart: RenderedChart, path: string): Promise<Response> {
  const directory = await temporaryDirectory();
  const standInAddress = 'stand-in:4566';
  const options = { directory: directory.path, standInAddress, secrets: new Map(), scale: 1 };
  const cluster = await LoopbackCluster.of(chart, options);
  try {
    const pod = await cluster.startPod(chart, 'ingest', podName('ingest', 0));
    await pod.ready();
    return await fetch(`http://127.0.0.1:${pod.port}${path}`);
  } finally {
    await cluster.close();
    await directory.remove();
  }
}

/** A number in `name=1,other.name=2`; 0 if it is missing. */
function attribute(list: string, name: string): number {
  const pairs = list.split(',').map((pair) => pair.trim().split('='));
  return Number(pairs.find(([found]) => found === name)?.[1] ?? 0);
}

function nodePoolGraceSeconds(): number {
  const [pool] = parseAllDocuments(readFileSync('k8s/eks/node-pool.yaml', 'utf8'));
  const grace = String(pool?.getIn(['spec', 'template', 'spec', 'terminationGracePeriod']));
  return Number(/^(\d+)h$/.exec(grace)?.[1]) * 3600;
}
