import { expect, it } from '@jest/globals';

import { exampleValues, render, type RenderedChart } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

interface Rule {
  readonly ports?: readonly { readonly protocol: string; readonly port: number }[];
  readonly from?: readonly unknown[];
  readonly to?: readonly unknown[];
}

interface PolicySpec {
  readonly policyTypes: readonly string[];
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

const isolating = exampleValues().filter(
  ({ values }) => (values['networkPolicy'] as { enabled?: boolean } | undefined)?.enabled,
);
const on = { networkPolicy: { enabled: true } };

const withHelm = describeWith('helm');

withHelm.each([{ file: 'networkPolicy.enabled', values: on }, ...isolating])(
  'network policies with $file',
  ({ values }) => {
    const chart = () => render(values);

    it('isolate all pods in both directions', () => {
      expect(chart().pods).not.toEqual([]);
      for (const { component } of chart().pods)
        expect(policyOf(chart(), component).policyTypes).toEqual(['Ingress', 'Egress']);
    });

    it('name the ports of all permitted connections', () => {
      for (const { component } of chart().pods) {
        const { ingress, egress } = policyOf(chart(), component);
        for (const { ports = [] } of [...ingress, ...egress]) {
          expect({ component, ports }).not.toEqual({ component, ports: [] });
          for (const port of ports)
            expect(port).toEqual({ protocol: expect.any(String), port: expect.any(Number) });
        }
      }
    });

    it('admit only ports on which a component listens', () => {
      for (const workload of chart().workloads) {
        const component = workload.metadata.labels?.['app.kubernetes.io/component'] ?? '';
        const open = workload.spec.template.spec.containers.flatMap(({ ports = [] }) => ports);
        const admitted = policyOf(chart(), component).ingress.flatMap(({ ports = [] }) => ports);
        expect(open.map(({ containerPort }) => containerPort)).toEqual(
          expect.arrayContaining(admitted.map(({ port }) => port)),
        );
      }
    });

    it('admit only readers of metrics to crashmover, and no peers to the test', () => {
      expect(
        chart()
          .of('NetworkPolicy', 'test')
          .flatMap(({ spec }) => (spec as PolicySpec).ingress),
      ).toEqual([]);
      for (const { from } of policyOf(chart(), 'crashmover').ingress) expect(from).toBeDefined();
    });
  },
);

withHelm('network policies', () => {
  it('do not exist by default', () => {
    expect(render().ofKind('NetworkPolicy')).toEqual([]);
  });

  it('allow ingest to connect to DNS, AWS and throttle-config', () => {
    const chart = render(on);
    const { egress } = policyOf(chart, 'ingest');
    expect(
      egress.map(({ ports, to }) => [ports?.map(({ port }) => port), to !== undefined]),
    ).toEqual([
      [[53, 53], false],
      [[443], false],
      [[8001], true],
    ]);
    expect(egress[2]?.to).toEqual(
      [{ podSelector: chart.workload('throttle-config').spec.selector.matchLabels }].map(
        ({ podSelector }) => ({ podSelector: { matchLabels: podSelector } }),
      ),
    );
  });

  it('let all pods read metrics where only the gateway can send reports', () => {
    const submitFrom = [{ namespaceSelector: { matchLabels: { team: 'gateways' } } }];
    const { ingress } = policyOf(
      render({ networkPolicy: { enabled: true, submitFrom, metricsFrom: [] } }),
      'ingest',
    );
    expect(ingress.map(({ from }) => from)).toEqual([
      expect.arrayContaining(submitFrom),
      undefined,
    ]);
  });

  it('allow crashmover to connect to DNS and AWS, and throttle-config to DNS and the API server', () => {
    expect(portsOf('crashmover')).toEqual([53, 53, 443]);
    expect(portsOf('throttle-config')).toEqual([53, 53, 443, 6443]);
  });

  it('use the ports of stand-ins and collectors', () => {
    const values = {
      ...on,
      aws: {
        s3: { endpoint: 'http://store.storage:9000' },
        sqs: { endpoint: 'http://queue.storage' },
      },
      telemetry: {
        otlp: { endpoint: 'http://collector:4318' },
        statsd: { host: 'statsd', port: 9125 },
      },
    };
    const ports = policyOf(render(values), 'ingest').egress.flatMap(({ ports = [] }) => ports);
    expect(ports.map(({ protocol, port }) => `${protocol} ${port}`)).toEqual(
      expect.arrayContaining(['TCP 9000', 'TCP 80', 'TCP 4318', 'UDP 9125']),
    );
  });
});

function policyOf(chart: RenderedChart, component: string): PolicySpec {
  return chart.the('NetworkPolicy', component)['spec'] as PolicySpec;
}

function portsOf(component: string): number[] {
  const { egress } = policyOf(render(on), component);
  return egress.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
}
