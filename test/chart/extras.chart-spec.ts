import { expect, it } from '@jest/globals';

import { exampleValues, merged, render, type RenderedChart, type Values } from './support/chart.js';
import type { Container } from './support/kubernetes-object.js';
import { describeWith } from './support/describe-with.js';

const example = exampleValues().find(({ file }) => file === 'extras-values.yaml');
const values = example?.values ?? {};
const chart = (): RenderedChart => render(values);
const services = ['ingest', 'crashmover', 'throttle-config'];

const withHelm = describeWith('helm');

withHelm('what a release adds to its pods', () => {
  const proxy = { name: 'proxy', image: 'proxy:1' };
  const authority = { name: 'authority', image: 'authority:1' };
  const extraEnvFrom = [{ secretRef: { name: 'mine' } }];
  const extras = { extraEnvFrom, initContainers: [authority], sidecars: [proxy] };
  const extended = (): RenderedChart =>
    render({
      ingest: { ...extras, spool: { drainClaims: ['spool-reports-antenna-ingest-7'] } },
      crashmover: extras,
      throttleConfig: extras,
    });

  it('are sidecars that start after the init containers, before the service, and stop after it', () => {
    for (const component of services) {
      const { initContainers } = extended().workload(component).spec.template.spec;
      expect(initContainers).toEqual([authority, { ...proxy, restartPolicy: 'Always' }]);
    }
  });

  it('do not keep a Job from its end: its only ordinary container is the drain', () => {
    const job = extended().pods.find(({ component }) => component === 'drain');
    expect(job?.spec.containers.map(({ name }) => name)).toEqual(['drain']);
    expect(job?.spec.initContainers?.map(({ name }) => name)).toEqual(['authority', 'proxy']);
  });

  it('are variables that cannot replace those of the chart, whose source is the last one', () => {
    for (const component of services) {
      const { envFrom } = containerOf(extended(), component);
      const own = { configMapRef: { name: `reports-antenna-${component}` } };
      expect(envFrom).toEqual([...extraEnvFrom, own]);
    }
  });

  it('do not change the security of the pod and of the service', () => {
    for (const component of services) {
      const [before, after] = [render(), extended()];
      const contextsOf = (of: RenderedChart) => [
        of.workload(component).spec.template.spec.securityContext,
        of.workload(component).spec.template.spec.automountServiceAccountToken,
        containerOf(of, component).securityContext,
      ];
      expect(contextsOf(before)[0]).toMatchObject({ runAsNonRoot: true });
      expect(contextsOf(after)).toEqual(contextsOf(before));
    }
  });

  it('give the drain Job a new name, because a Job cannot be changed', () => {
    expect(jobsWith({})).toHaveLength(1);
    expect(jobsWith({ ingest: { sidecars: [] } })).not.toEqual(jobsWith({}));
    expect(jobsWith({ crashmover: { sidecars: [] } })).toEqual(jobsWith({}));
  });

  it('are DNS settings and host names of all pods', () => {
    const { dnsConfig, hostAliases } = values;
    const components = chart().pods.map(({ component }) => component);
    expect(components).toEqual(expect.arrayContaining([...services, 'drain', 'cli', 'doctor']));
    for (const { spec } of chart().pods) expect(spec).toMatchObject({ dnsConfig, hostAliases });
  });
});

withHelm('common annotations', () => {
  it('are on every object, where the own annotations of an object take precedence', () => {
    const centers = new Map(
      chart().objects.map(({ kind, metadata }) => [
        `${kind} ${metadata.name}`,
        metadata.annotations?.['example.org/cost-center'],
      ]),
    );
    expect(centers.get('ConfigMap extra-antenna-tracing')).toBe('4712');
    centers.delete('ConfigMap extra-antenna-tracing');
    expect(new Set(centers.values())).toEqual(new Set(['4711']));
  });

  it('are not on pods, which a change would replace', () => {
    const annotations = chart().workloads.map(({ spec }) => spec.template.metadata.annotations);
    expect(annotations).toHaveLength(4);
    for (const own of annotations) expect(own).not.toHaveProperty(['example.org/cost-center']);
  });

  it('keep hooks, and annotations of Services and ServiceAccounts', () => {
    const annotations = { role: 'x' };
    const annotated = render({
      commonAnnotations: { team: 'crash' },
      ingest: { service: { annotations }, serviceAccount: { annotations } },
      throttleRules: { create: true },
    });
    const of = (kind: string, name: string) => annotated.named(kind, name)?.metadata.annotations;
    const both = { role: 'x', team: 'crash' };
    expect(of('Service', 'reports-antenna-ingest')).toEqual(both);
    expect(of('ServiceAccount', 'reports-antenna-ingest')).toEqual(both);
    expect(of('ConfigMap', 'throttle-rules')).toMatchObject({
      team: 'crash',
      'helm.sh/resource-policy': 'keep',
    });
    expect(of('Pod', 'reports-antenna-test')).toMatchObject({ 'helm.sh/hook': 'test' });
  });
});

withHelm('extra objects', () => {
  it('have their templates evaluated, whole numbers and the labels of the chart', () => {
    const map = chart().named('ConfigMap', 'extra-antenna-tracing');
    expect(map?.['data']).toEqual({ OTEL_BSP_MAX_QUEUE_SIZE: '4096' });
    expect(map?.metadata.labels).toMatchObject({ 'app.kubernetes.io/component': 'extra' });
    const priority = chart().named('PriorityClass', 'extra-antenna-crash-reports');
    expect(priority).toMatchObject({ value: 10_000_000 });
    expect(priority?.metadata.namespace).toBeUndefined();
  });
});

withHelm('the number of old revisions', () => {
  it('is a value of all workloads', () => {
    expect(chart().workloads).toHaveLength(4);
    for (const { spec } of chart().workloads)
      expect(spec).toMatchObject({ revisionHistoryLimit: 3 });
  });
});

withHelm('an upgrade of ingest', () => {
  it('can be limited to pods from a number on, or to pods that somebody deletes', () => {
    expect(strategyOf({ partition: 2 })).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { partition: 2 },
    });
    expect(strategyOf({ type: 'OnDelete' })).toEqual({ type: 'OnDelete' });
    expect(strategyOf({})).toEqual({ type: 'RollingUpdate' });
  });
});

withHelm('a load balancer', () => {
  it('has a class and the address ranges of its clients', () => {
    const [service] = chart().of('Service', 'ingest');
    expect(service?.['spec']).toMatchObject({
      type: 'LoadBalancer',
      loadBalancerClass: 'service.k8s.aws/nlb',
      loadBalancerSourceRanges: ['192.0.2.0/24', '2001:db8::/32'],
    });
  });
});

withHelm('the autoscalers', () => {
  it('take more metrics, of which one can replace the CPU of ingest', () => {
    expect(scaler('crashmover').metrics.map(({ type }) => type)).toEqual([
      'ContainerResource',
      'Pods',
    ]);
    expect(scaler('ingest').metrics.map(({ type }) => type)).toEqual(['External']);
  });

  it('take single fields of their behavior, and keep the others of the chart', () => {
    expect(scaler('ingest').behavior).toMatchObject({
      scaleUp: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] },
      scaleDown: { stabilizationWindowSeconds: 900, policies: [{ type: 'Pods', value: 1 }] },
    });
    expect(scaler('crashmover').behavior).toMatchObject({
      scaleDown: { selectPolicy: 'Min', stabilizationWindowSeconds: 300 },
    });
  });

  it('change the behavior through KEDA, too', () => {
    const keda = { queueURL: 'https://sqs/1/intake', authentication: { identityOwner: 'keda' } };
    const behavior = { scaleDown: { stabilizationWindowSeconds: 7 } };
    const autoscaling = { mode: 'keda', keda, behavior };
    const scaled = render({ crashmover: { autoscaling } }).the('ScaledObject', 'crashmover');
    expect(JSON.stringify(scaled)).toContain('"stabilizationWindowSeconds":7');
  });
});

withHelm.each(exampleValues())('disruption budgets with $file', ({ values }) => {
  it('have either a maximum of unavailable pods or a minimum of available ones', () => {
    const budgets = render(values).ofKind('PodDisruptionBudget');
    expect(budgets).not.toEqual([]);
    for (const { spec } of budgets) {
      const { maxUnavailable, minAvailable } = spec as Record<string, unknown>;
      expect([maxUnavailable, minAvailable].filter((value) => value !== undefined)).toHaveLength(1);
    }
  });
});

function containerOf(from: RenderedChart, component: string): Container {
  const [container] = from.workload(component).spec.template.spec.containers;
  if (!container) throw new Error(`${component} has no container`);
  return container;
}

function jobsWith(more: Values): string[] {
  const jobs = render(merged(values, more)).ofKind('Job');
  return jobs.map(({ metadata }) => metadata.name);
}

function strategyOf(updateStrategy: Values): unknown {
  return render({ ingest: { updateStrategy } }).workload('ingest').spec.updateStrategy;
}

function scaler(component: string) {
  return chart().the('HorizontalPodAutoscaler', component)['spec'] as {
    readonly metrics: readonly { readonly type: string }[];
    readonly behavior: object;
  };
}
