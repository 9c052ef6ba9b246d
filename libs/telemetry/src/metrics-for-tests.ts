import { DataPointType, MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import type { Logger } from './logger.js';
import type { InstrumentDefinition } from './instrument.js';
import type { InstrumentName } from './instrument-names.js';
import { instruments } from './instruments.js';
import { Metrics } from './metrics.js';
import { OnDemandReader } from './gauge-temporality.js';

/** The recorded value of one instrument with one set of attributes. */
interface MetricReading {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** A counter's total, a gauge's reading, or the sum of a histogram's values. */
  readonly value: number;
  /** The number of values that a histogram recorded. */
  readonly count?: number;
}

/** Metrics for specs, with methods that read the recorded values back. */
export interface MetricsForTests {
  readonly metrics: Metrics;
  /** Everything recorded so far; gauges are read now. */
  readings(): Promise<MetricReading[]>;
  /** The sum over the readings that carry these attributes; 0 when nothing was recorded. */
  value(name: InstrumentName, attributes?: Readonly<Record<string, string>>): Promise<number>;
}

/** A separate {@link Metrics} that throws at a measurement not in the registry unless `unlisted` is `drop`. */
export function metricsForTests(
  options: { unlisted?: 'throw' | 'drop'; logger?: Logger } = {},
): MetricsForTests {
  const reader = new OnDemandReader();
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter('antenna');
  const metrics = new Metrics({ unlisted: 'throw', ...options, meter });
  const readings = async (): Promise<MetricReading[]> => await collect(reader);
  return {
    metrics,
    readings,
    value: async (name, attributes = {}) => {
      const wanted = Object.entries(attributes);
      return (await readings())
        .filter((reading) => reading.name === name)
        .filter((reading) => wanted.every(([key, value]) => reading.attributes[key] === value))
        .reduce((sum, reading) => sum + reading.value, 0);
    },
  };
}

/** The metrics with untyped names, to record every instrument of the registry in a loop. */
interface ByName {
  increment(name: string, attributes: Record<string, string>): void;
  record(name: string, value: number, attributes: Record<string, string>): void;
  observe(name: string, read: () => number, attributes: Record<string, string>): void;
}

/** Records one value with each instrument of the registry, with the attributes of {@link anyAttributes}. */
export function recordEveryInstrument(metrics: Metrics): void {
  const byName = metrics as unknown as ByName;
  const openAttributes = ['rule', 'check', 'reason', 'revision', 'product', 'channel'] as const;
  for (const attribute of openAttributes) metrics.allow(attribute, ['known']);
  for (const [name, definition] of Object.entries<InstrumentDefinition>(instruments)) {
    const attributes = anyAttributes(definition);
    if (definition.type === 'counter') byName.increment(name, attributes);
    else if (definition.type === 'histogram') byName.record(name, 0.25, attributes);
    else byName.observe(name, () => 7, attributes);
  }
}

/** The first allowed value of each attribute; `known` for open attributes. */
export function anyAttributes({ attributes }: InstrumentDefinition): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, values]) => [
      name,
      typeof values === 'string' ? 'known' : (values[0] ?? ''),
    ]),
  );
}

async function collect(reader: MetricReader): Promise<MetricReading[]> {
  const { resourceMetrics, errors } = await reader.collect();
  if (errors.length > 0) throw new AggregateError(errors, 'metrics could not be collected');
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return all.flatMap((metric) => {
    const { name } = metric.descriptor;
    if (metric.dataPointType === DataPointType.GAUGE || metric.dataPointType === DataPointType.SUM)
      return metric.dataPoints.map(({ attributes, value }) => ({ name, attributes, value }));
    return metric.dataPoints.map(({ attributes, value }) => ({
      name,
      attributes,
      value: value.sum ?? 0,
      count: value.count,
    }));
  });
}
