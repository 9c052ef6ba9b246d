import { expect, it } from '@jest/globals';

import { environmentOf } from './support/environment.js';
import { exampleValues, render, type RenderedChart } from './support/chart.js';
import type { KubernetesObject, Workload } from './support/kubernetes-object.js';
import { describeWith } from './support/describe-with.js';

type Labels = Readonly<Record<string, string>>;

interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: string;
}

interface ServiceSpec {
  readonly selector: Labels;
  readonly ports: readonly ServicePort[];
}

/** References between the objects of a release. */
describeWith('helm').each(exampleValues())('objects with $file', ({ values }) => {
  const chart = () => render(values);

  it('are selected by Services whose ports the pods have', () => {
    const services = chart().ofKind('Service');
    expect(services.map(({ metadata }) => metadata.name)).toContain(
      chart().the('StatefulSet', 'ingest').metadata.name,
    );
    for (const service of services.filter((service) => !isOfAll(service))) {
      const { selector, ports } = service['spec'] as ServiceSpec;
      const [workload, ...others] = selectedBy(chart(), selector);
      expect(others).toEqual([]);
      const open = (workload?.spec.template.spec.containers ?? []).flatMap(
        ({ ports = [] }) => ports,
      );
      for (const { targetPort } of ports)
        expect(open.map(({ name }) => name)).toContain(targetPort);
    }
  });

  it('are selected by the Service of the metrics, with a port in each service', () => {
    for (const { spec } of chart().ofKind('Service').filter(isOfAll)) {
      const { selector, ports } = spec as ServiceSpec;
      expect(selectedBy(chart(), selector)).toEqual(chart().workloads);
      expect(ports).toMatchObject([{ name: 'http', targetPort: 'http' }]);
    }
  });

  it('are selected by disruption budgets and network policies of one workload each', () => {
    for (const budget of chart().ofKind('PodDisruptionBudget')) {
      const { selector } = budget['spec'] as { selector: { matchLabels: Labels } };
      expect(selectedBy(chart(), selector.matchLabels)).toHaveLength(1);
    }
    for (const policy of chart().ofKind('NetworkPolicy')) {
      const { podSelector } = policy['spec'] as { podSelector: { matchLabels: Labels } };
      const selected = [
        ...chart().workloads,
        ...chart().ofKind('Pod'),
        ...chart().ofKind('Job'),
        ...chart().ofKind('CronJob'),
      ].filter(({ metadata }) => matches(metadata.labels, podSelector.matchLabels));
      const components = selected.map(
        ({ metadata }) => metadata.labels?.['app.kubernetes.io/component'],
      );
      expect(new Set(components).size).toBe(1);
    }
  });

  it('have the labels of their own selectors', () => {
    for (const { spec } of chart().workloads)
      expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  });

  it('include the headless Service that the StatefulSet names', () => {
    const { serviceName = '' } = chart().workload('ingest').spec;
    expect(chart().named('Service', serviceName)?.['spec']).toMatchObject({ clusterIP: 'None' });
  });

  it('include a headless Service of throttle-config, to whose pods ingest reports', () => {
    const { THROTTLE_CONFIG_REPLICAS: url } = environmentOf(chart(), 'ingest').values;
    const isInstalled = chart().has('throttle-config');
    expect(url !== undefined).toBe(isInstalled);
    if (url === undefined) return;
    const { hostname, port } = new URL(url);
    const service = chart().named('Service', hostname)?.['spec'] as ServiceSpec | undefined;
    expect(service).toMatchObject({ clusterIP: 'None' });
    expect(selectedBy(chart(), service?.selector ?? {})).toEqual([
      chart().workload('throttle-config'),
    ]);
    // Without a cluster IP, nothing translates ports.
    const [container] = chart().workload('throttle-config').spec.template.spec.containers;
    const open = container?.ports?.find(({ name }) => name === service?.ports[0]?.targetPort);
    expect(open?.containerPort).toBe(Number(port));
  });

  it('use ServiceAccounts that the chart creates unless the values disable it', () => {
    const created = chart().ofKind('ServiceAccount');
    const accounts = new Set(created.map(({ metadata }) => metadata.name));
    for (const { component, spec } of chart().pods) {
      const account = spec.serviceAccountName ?? '';
      const section = values[component] as { serviceAccount?: { create?: boolean } } | undefined;
      const wanted = section?.serviceAccount?.create ?? true;
      expect([component, accounts.has(account)]).toEqual([component, wanted]);
    }
  });

  it('are reached by both address families where the cluster has both', () => {
    const services = chart().ofKind('Service');
    expect(services.length).toBeGreaterThan(0);
    for (const { spec } of services)
      expect(spec).toMatchObject({ ipFamilyPolicy: 'PreferDualStack' });
  });

  it('are targets of HTTPRoutes and Ingresses, which expose only submission and health', () => {
    const ways = [...chart().ofKind('HTTPRoute'), ...chart().ofKind('Ingress')];
    for (const { service, port, path, exact } of ways.flatMap(backendsOf)) {
      const spec = chart().named('Service', service)?.['spec'] as ServiceSpec | undefined;
      expect(spec?.ports.flatMap(({ name, port }) => [name, port])).toContain(port);
      expect(path).toMatch(/^\/(submit\/?|__lbheartbeat__|__version__)$/);
      expect(exact).toBe(true);
    }
  });
});

/** The Service by which a ServiceMonitor finds the pods of all components. */
function isOfAll({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.['app.kubernetes.io/component'] === 'monitoring';
}

function selectedBy(chart: RenderedChart, selector: Labels): readonly Workload[] {
  return chart.workloads.filter(({ spec }) => matches(spec.template.metadata.labels, selector));
}

function matches(labels: Labels | undefined, selector: Labels): boolean {
  return Object.entries(selector).every(([name, value]) => labels?.[name] === value);
}

interface Backend {
  readonly service: string;
  readonly port: string | number;
  readonly path: string;
  readonly exact: boolean;
}

interface RouteSpec {
  readonly rules: readonly {
    readonly matches: readonly {
      readonly path: { readonly type: string; readonly value: string };
    }[];
    readonly backendRefs: readonly { readonly name: string; readonly port: number }[];
  }[];
}

interface IngressSpec {
  readonly rules: readonly {
    readonly http: {
      readonly paths: readonly {
        readonly path: string;
        readonly pathType: string;
        readonly backend: {
          readonly service: { readonly name: string; readonly port: { readonly name: string } };
        };
      }[];
    };
  }[];
}

function backendsOf({ kind, spec }: KubernetesObject): Backend[] {
  if (kind === 'HTTPRoute') {
    return (spec as RouteSpec).rules.flatMap(({ matches, backendRefs }) =>
      matches.flatMap(({ path: { type, value } }) =>
        backendRefs.map(({ name, port }) => ({
          service: name,
          port,
          path: value,
          exact: type === 'Exact',
        })),
      ),
    );
  }
  return (spec as IngressSpec).rules.flatMap(({ http }) =>
    http.paths.map(({ path, pathType, backend: { service } }) => {
      return { service: service.name, port: service.port.name, path, exact: pathType === 'Exact' };
    }),
  );
}
