/**
 * Metrics as statsd with DogStatsD tags, under the predecessor's names where the registry has one. Counters and
 * histograms are sent as they are recorded, gauges every ten seconds. UDP never blocks, and errors are ignored.
 */
import {
  AggregationType,
  InstrumentType,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { StatsD } from 'hot-shots';
import { gaugesAsTheyAre } from './gauge-temporality.js';
import type { InstrumentDefinition } from './instrument.js';
import type { Logger } from './logger.js';
import { instruments } from './instruments.js';
import type { MeasuredAttributes } from './measurement-problem.js';
import type { MetricSink } from './metrics.js';

export interface StatsdOptions {
  readonly host: string;
  readonly port: number;
  /** Prefix of every name; a dot is added. */
  readonly namespace?: string | undefined;
  readonly gaugeIntervalMs?: number;
}

/** The sender of statsd metrics, and the reader of the gauges. */
export interface Statsd {
  readonly sink: MetricSink;
  readonly gauges: PeriodicExportingMetricReader;
  close(): Promise<void>;
}

/** Also the time for which a resolved host address is cached. */
const flushMs = 1000;

export function openStatsd(options: StatsdOptions, logger: Logger): Statsd {
  let warned = false;
  const client = new StatsD({
    host: options.host,
    port: options.port,
    ...(options.namespace !== undefined && { prefix: `${options.namespace}.` }),
    cacheDns: true,
    maxBufferSize: 1400,
    bufferFlushInterval: flushMs,
    includeDataDogTags: false,
    errorHandler: (error) => {
      if (!warned) logger.warn('statsd metrics are lost', { error });
      warned = true;
    },
  });
  const exportIntervalMillis = options.gaugeIntervalMs ?? 10_000;
  return {
    sink: {
      count: (name, by, attributes) =>
        client.increment(statsdName(name, attributes), by, tagsOf(name, attributes)),
      value: (name, value, attributes) => {
        const { unit } = definitionOf(name);
        const [stat, tags] = [statsdName(name, attributes), tagsOf(name, attributes)];
        if (unit === 's') client.timing(stat, value * 1000, tags);
        else client.histogram(stat, value, tags);
      },
    },
    gauges: new PeriodicExportingMetricReader({
      exporter: new GaugeExporter(client),
      exportIntervalMillis,
      exportTimeoutMillis: exportIntervalMillis,
    }),
    close: async () => {
      await new Promise<void>((resolve) => client.close(() => resolve()));
    },
  };
}

class GaugeExporter implements PushMetricExporter {
  constructor(private readonly client: StatsD) {}

  export(metrics: ResourceMetrics, done: (result: { code: number }) => void): void {
    for (const { descriptor, dataPoints } of metrics.scopeMetrics.flatMap(
      (scope) => scope.metrics,
    )) {
      for (const { value, attributes } of dataPoints) {
        const words = attributes as MeasuredAttributes;
        if (typeof value !== 'number') continue;
        this.client.gauge(
          statsdName(descriptor.name, words),
          value,
          tagsOf(descriptor.name, words),
        );
      }
    }
    done({ code: 0 });
  }

  selectAggregation = (type: InstrumentType) => ({
    type: type === InstrumentType.OBSERVABLE_GAUGE ? AggregationType.DEFAULT : AggregationType.DROP,
  });

  selectAggregationTemporality = gaugesAsTheyAre();
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

function definitionOf(name: string): InstrumentDefinition {
  const registry: Readonly<Record<string, InstrumentDefinition>> = instruments;
  const found = registry[name];
  if (!found) throw new RangeError(`${name} is not in the registry`);
  return found;
}

function statsdName(name: string, attributes: MeasuredAttributes): string {
  const template = definitionOf(name).statsd?.name ?? name;
  return template.replace(/\{(\w+)\}/g, (_, attribute: string) => attributes[attribute] ?? '');
}

function tagsOf(name: string, attributes: MeasuredAttributes): string[] {
  const { statsd } = definitionOf(name);
  return Object.entries(attributes)
    .filter(([attribute]) => statsd?.name.includes(`{${attribute}}`) !== true)
    .map(([attribute, value]) => `${statsd?.tags?.[attribute] ?? attribute}:${value}`);
}
