import { readdirSync, readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { render } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly AlertRule[] }[];
}

const rulesYaml = readFileSync('charts/antenna/files/alerts/antenna.rules.yaml', 'utf8');
const sources = (parse(rulesYaml) as RuleFile).groups.flatMap(({ rules }) => rules);
const folder = 'charts/antenna/files/dashboards';
const dashboards = readdirSync(folder).filter((file) => file.endsWith('.json'));

const withHelm = describeWith('helm');

withHelm('the alerts of the chart', () => {
  it('equal the alerts that have tests', () => {
    expect(alertsWith({})).toEqual(sources);
  });

  it('link to the configured addresses of runbooks and dashboards', () => {
    const urls = {
      runbookBaseUrl: 'https://docs.example.org/runbooks/',
      grafanaBaseUrl: 'https://grafana.example.org/',
    };
    for (const { alert, annotations } of alertsWith(urls)) {
      expect({ alert, ...annotations }).toMatchObject({
        alert,
        runbook_url: expect.stringMatching(
          /^https:\/\/docs\.example\.org\/runbooks\/[\w-]+\.md(#[\w-]+)?$/,
        ),
        dashboard_url: expect.stringMatching(/^https:\/\/grafana\.example\.org\/d\//),
      });
    }
  });

  it('have the additional labels and keep their own', () => {
    const rules = alertsWith({ extraAlertLabels: { team: 'crash', severity: 'none' } });
    for (const [index, { labels }] of rules.entries())
      expect(labels).toEqual({ team: 'crash', ...sources[index]?.labels });
  });

  it('include the metric that holds pods, under the name that the autoscaler reads', () => {
    const autoscaling = {
      enabled: true,
      holdWhileSpooled: { enabled: true, metricName: 'spool:backlog' },
    };
    const monitoring = { prometheusRule: { enabled: true } };
    const rule = render({ ingest: { autoscaling }, monitoring }).the(
      'PrometheusRule',
      'monitoring',
    );
    expect(JSON.stringify(rule)).toContain('"record":"spool:backlog"');
  });

  it('include the metric that scales crashmover unless the values name another one', () => {
    expect(rulesScaledBy({})).toContain('"record":"antenna:intake_messages:total"');
    expect(rulesScaledBy({ metricName: 'sqs_messages' })).not.toContain('"record"');
  });

  it('include the metric that scales the processor, if it is there', () => {
    expect(rulesWithProcessor(true)).toContain('"record":"antenna:processing_messages:total"');
    expect(rulesWithProcessor(false)).not.toContain('"record"');
  });
});

withHelm('the dashboards of the chart', () => {
  it('are ConfigMaps with the tested files', () => {
    const maps = render({ monitoring: { dashboards: { enabled: true } } }).of(
      'ConfigMap',
      'monitoring',
    );
    const contents = maps.flatMap(({ data }) => Object.entries(data as Record<string, string>));
    expect(contents.map(([file]) => file).toSorted()).toEqual(dashboards.toSorted());
    for (const [file, text] of contents)
      expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
  });
});

withHelm('the PodMonitor', () => {
  it('selects the pods and ports of all services but not the test', () => {
    const chart = render({
      processor: { enabled: true },
      tests: { readQueue: false },
      monitoring: { podMonitor: { enabled: true } },
    });
    const monitor = chart.the('PodMonitor', 'monitoring');
    const { selector, podMetricsEndpoints } = monitor['spec'] as {
      selector: { matchLabels: object; matchExpressions: readonly { values: readonly string[] }[] };
      podMetricsEndpoints: readonly { port: string; path: string }[];
    };
    for (const { spec } of chart.workloads) {
      expect(spec.template.metadata.labels).toMatchObject(selector.matchLabels);
      const ports = spec.template.spec.containers.flatMap(({ ports = [] }) => ports);
      expect(ports.map(({ name }) => name)).toContain(podMetricsEndpoints[0]?.port);
    }
    expect(selector.matchExpressions[0]?.values).toEqual([
      'ingest',
      'crashmover',
      'processor',
      'crash-stats',
      'throttle-config',
      'drain',
    ]);
    expect(podMetricsEndpoints[0]?.path).toBe('/metrics');
  });
});

withHelm('the ServiceMonitor', () => {
  it('selects the one Service that covers the pods of all components', () => {
    const chart = render({ monitoring: { serviceMonitor: { enabled: true } } });
    const { selector, endpoints } = chart.the('ServiceMonitor', 'monitoring')['spec'] as {
      selector: { matchLabels: Record<string, string> };
      endpoints: readonly { port: string; path: string }[];
    };
    const selected = chart
      .ofKind('Service')
      .filter(({ metadata }) =>
        Object.entries(selector.matchLabels).every(
          ([name, value]) => metadata.labels?.[name] === value,
        ),
      );
    expect(selected.map(({ metadata }) => metadata.name)).toEqual(['reports-antenna-metrics']);
    expect(selected[0]?.['spec']).toMatchObject({ clusterIP: 'None', ports: [{ name: 'http' }] });
    expect(endpoints).toMatchObject([{ port: 'http', path: '/metrics' }]);
    for (const { spec } of chart.workloads) {
      const ports = spec.template.spec.containers.flatMap(({ ports = [] }) => ports);
      expect(ports.map(({ name }) => name)).toContain('http');
    }
  });
});

function rulesWithProcessor(enabled: boolean): string {
  const chart = render({
    processor: { enabled, autoscaling: { mode: 'external' } },
    tests: { readQueue: false },
    monitoring: { prometheusRule: { enabled: true } },
  });
  return JSON.stringify(chart.the('PrometheusRule', 'monitoring'));
}

function rulesScaledBy(external: object): string {
  const crashmover = { autoscaling: { mode: 'external', external } };
  const chart = render({ crashmover, monitoring: { prometheusRule: { enabled: true } } });
  return JSON.stringify(chart.the('PrometheusRule', 'monitoring'));
}

function alertsWith(prometheusRule: object): readonly AlertRule[] {
  const chart = render({ monitoring: { prometheusRule: { enabled: true, ...prometheusRule } } });
  const { groups } = chart.the('PrometheusRule', 'monitoring')['spec'] as RuleFile;
  return groups.flatMap(({ rules }) => rules);
}
