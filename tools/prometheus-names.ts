/** The series of the registry in Prometheus. */
import {
  type InstrumentDefinition,
  type InstrumentName,
  instruments,
  prometheusName,
} from '#antenna/telemetry';

/** Labels by name; each has its closed list of values, or `open` for any value. */
export type SeriesLabels = Readonly<Record<string, readonly string[] | 'open'>>;

const histogramSeries = ['_bucket', '_sum', '_count'] as const;

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
