/** The names that a query can use: the series of the registry, Prometheus and kube-state-metrics. */
import { prometheusSeries } from './prometheus-names.js';
import { promqlNames } from './promql-names.js';

/** Metrics of other programs and their labels, as far as dashboards and alerts use them. */
const foreignMetrics: ReadonlyMap<string, readonly string[]> = new Map([
  ['kube_persistentvolumeclaim_info', ['persistentvolumeclaim']],
  ['kube_pod_container_status_restarts_total', ['container']],
  ['kube_pod_container_status_waiting_reason', ['container', 'reason']],
]);

/** Labels that Prometheus adds to all metrics in Kubernetes. */
const scrapeLabels = ['namespace', 'pod'];

/** One message for each unknown name in a query. */
export function unknownNames(expression: string): string[] {
  const { selectors, grouping } = promqlNames(expression);
  const problems: string[] = [];
  const usable = new Set(scrapeLabels);
  const ours = prometheusSeries();
  for (const { metric, matchers } of selectors) {
    const foreign = foreignMetrics.get(metric);
    const labels =
      ours.get(metric) ?? (foreign && Object.fromEntries(foreign.map((name) => [name, 'open'])));
    if (!labels) {
      problems.push(`no metric ${metric}`);
      continue;
    }
    for (const name of Object.keys(labels)) usable.add(name);
    for (const [name, pattern] of matchers) {
      if (scrapeLabels.includes(name)) continue;
      const values = labels[name];
      if (values === undefined) problems.push(`${metric} has no label ${name}`);
      if (!Array.isArray(values)) continue;
      const unlisted = pattern.split('|').filter((value) => !values.includes(value));
      if (unlisted.length > 0) problems.push(`${metric} has no ${name} ${unlisted.join(', ')}`);
    }
  }
  for (const name of grouping) if (!usable.has(name)) problems.push(`no label ${name}`);
  return problems;
}
