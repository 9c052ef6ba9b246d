/**
 * Names of the registry's instruments in Prometheus. The exporter of OpenTelemetry replaces characters that Prometheus
 * does not allow and adds `_total` to counters. Unlike the collector, it adds no unit.
 */
import { type InstrumentDefinition, type InstrumentName, instruments } from '#antenna/telemetry';

/** Labels by name; each has its closed list of values, or `open` for any value. */
export type SeriesLabels = Readonly<Record<string, readonly string[] | 'open'>>;

const histogramSeries = ['_bucket', '_sum', '_count'] as const;

/** The metric family: the name on the `# TYPE` line, without `_bucket`, `_sum` and `_count` of a histogram. */
export function prometheusName(name: InstrumentName): string {
  const family = label(name);
  return instruments[name].type === 'counter' ? `${family}_total` : family;
}

/** An attribute's name as a label. */
export function label(attribute: string): string {
  return attribute.replaceAll(/[^a-zA-Z0-9_]+/g, '_').replaceAll(/_{2,}/g, '_');
}

/** Every series of the registry, with its labels. */
export function prometheusSeries(): ReadonlyMap<string, SeriesLabels> {
  const series = new Map<string, SeriesLabels>();
  for (const [name, definition] of Object.entries<InstrumentDefinition>(instruments)) {
    const family = prometheusName(name as InstrumentName);
    const labels = Object.fromEntries(
      Object.entries(definition.attributes).map(([key, values]) => [label(key), values]),
    );
    if (definition.type !== 'histogram') {
      series.set(family, labels);
      continue;
    }
    for (const suffix of histogramSeries)
      series.set(`${family}${suffix}`, suffix === '_bucket' ? { ...labels, le: 'open' } : labels);
  }
  return series;
}
