import {
  type Counter,
  type Histogram,
  type Meter,
  type ObservableGauge,
  type ObservableResult,
  metrics,
} from '@opentelemetry/api';
import { within } from '#antenna/time';
import { type CounterSeries, openSeries } from './counter-series.js';
import { type InstrumentDefinition, open } from './instrument.js';
import type {
  CounterName,
  GaugeName,
  HistogramName,
  InstrumentName,
  MetricAttributes,
} from './instrument-names.js';
import { instruments } from './instruments.js';
import type { Logger } from './logger.js';
import { type MeasuredAttributes, measurementProblem } from './measurement-problem.js';
import { OpenValues } from './open-values.js';

/** The attributes that a measurement must carry: optional only where the registry lists none. */
type AttributesArgument<Name extends InstrumentName> =
  Readonly<Record<string, never>> extends MetricAttributes<Name>
    ? [attributes?: MetricAttributes<Name>]
    : [attributes: MetricAttributes<Name>];

/** A gauge that a queue does not answer by then is left out: a scrape must not wait for a backend that hangs. */
const gaugeMs = 1000;

/** Reads a gauge when metrics are collected; undefined when there is nothing to report now. */
export type ReadGauge = () => number | undefined | Promise<number | undefined>;

export interface MetricsOptions {
  /** Default: the global meter, which does nothing until an OpenTelemetry SDK is installed. */
  readonly meter?: Meter;
  /** Receives one warning for each measurement that the registry does not allow and each unreadable gauge. */
  readonly logger?: Logger;
  /** `throw` in tests; `drop` leaves the measurement out, because a metric must never break the work it counts. */
  readonly unlisted?: 'throw' | 'drop';
  /** Further receivers of counters and histograms; gauges are read from the meter. */
  readonly sinks?: readonly MetricSink[];
  /** All metrics in the text format of Prometheus. */
  readonly expose?: () => Promise<string>;
}

/** Receives each measurement as it is recorded. Must not throw. */
export interface MetricSink {
  count(name: CounterName, by: number, attributes: MeasuredAttributes): void;
  value(name: HistogramName, value: number, attributes: MeasuredAttributes): void;
}

/** The attributes of the registry whose values are not known in advance. */
export type OpenAttribute = 'rule' | 'check' | 'reason' | 'revision' | 'product' | 'channel';

/** A measurement that the registry in `instruments.ts` does not list. */
export class UnlistedMetricError extends Error {
  override readonly name = 'UnlistedMetricError';
}

/** Records the metrics of the registry; names and attributes that it does not list do not compile. */
export class Metrics {
  private readonly meter: Meter;
  private readonly counters = new Map<string, Counter>();
  private readonly histograms = new Map<string, Histogram>();
  private readonly gauges = new Map<string, ObservableGauge>();
  private readonly observed = new Map<string, () => void>();
  private readonly logged = new Set<string>();
  private readonly openValues = new OpenValues();
  private readonly sinks: readonly MetricSink[];
  /** For the endpoint `/metrics`; undefined where nothing is exposed. */
  readonly expose: (() => Promise<string>) | undefined;

  constructor(private readonly options: MetricsOptions = {}) {
    this.meter = options.meter ?? metrics.getMeter('antenna');
    this.sinks = options.sinks ?? [];
    this.expose = options.expose;
  }

  /**
   * Sets the values of an open attribute that counters distinguish from now on; every other value counts as `other`.
   * Counters with no other open attribute start at 0 for each of these values.
   */
  allow(attribute: OpenAttribute, values: Iterable<string>): void {
    const allowed = [...values];
    this.openValues.allow(attribute, allowed);
    this.startAtZero(openSeries(attribute, allowed));
  }

  /** Exposes these series at 0, before anything is counted. */
  startAtZero(series: Iterable<CounterSeries>): void {
    for (const { name, attributes } of series) this.counter(name).add(0, attributes);
  }

  /** Adds to a counter. */
  increment<Name extends CounterName>(
    name: Name,
    ...[attributes, by]: [...AttributesArgument<Name>, by?: number]
  ): void;
  increment(name: CounterName, attributes: MeasuredAttributes = {}, by = 1): void {
    if (!this.listed('counter', name, attributes)) return;
    const bounded = this.bounded(name, attributes);
    this.counter(name).add(by, bounded);
    for (const sink of this.sinks) sink.count(name, by, bounded);
  }

  /** Adds a value to a histogram, in the unit that the registry gives. */
  record<Name extends HistogramName>(
    name: Name,
    value: number,
    ...[attributes]: AttributesArgument<Name>
  ): void;
  record(name: HistogramName, value: number, attributes: MeasuredAttributes = {}): void {
    if (!this.listed('histogram', name, attributes)) return;
    let histogram = this.histograms.get(name);
    if (!histogram) {
      histogram = this.meter.createHistogram(name, describe(name));
      this.histograms.set(name, histogram);
    }
    histogram.record(value, attributes);
    for (const sink of this.sinks) sink.value(name, value, attributes);
  }

  /**
   * Registers a gauge that is read at every collection. It replaces an observation of the same gauge and attributes.
   *
   * @returns ends the observation; call it at shutdown, and before an attribute such as a revision changes.
   */
  observe<Name extends GaugeName>(
    name: Name,
    read: ReadGauge,
    ...[attributes]: AttributesArgument<Name>
  ): () => void;
  observe(name: GaugeName, read: ReadGauge, attributes: MeasuredAttributes = {}): () => void {
    if (!this.listed('gauge', name, attributes)) return () => undefined;
    const gauge = this.gauges.get(name) ?? this.meter.createObservableGauge(name, describe(name));
    this.gauges.set(name, gauge);
    const callback = async (result: ObservableResult): Promise<void> => {
      const value = await this.readGauge(name, read);
      if (value !== undefined) result.observe(value, attributes);
    };
    const values = Object.entries(attributes).map(([attribute, value]) => `${attribute}=${value}`);
    const key = [name, ...values.toSorted()].join(' ');
    this.observed.get(key)?.();
    gauge.addCallback(callback);
    const end = (): void => {
      gauge.removeCallback(callback);
      if (this.observed.get(key) === end) this.observed.delete(key);
    };
    this.observed.set(key, end);
    return end;
  }

  private counter(name: CounterName): Counter {
    const counter = this.counters.get(name) ?? this.meter.createCounter(name, describe(name));
    this.counters.set(name, counter);
    return counter;
  }

  private bounded(name: InstrumentName, attributes: MeasuredAttributes): MeasuredAttributes {
    const definition: InstrumentDefinition = instruments[name];
    const names = Object.keys(attributes).filter((key) => definition.attributes[key] === open);
    if (names.length === 0) return attributes;
    const listed = names.map((key) => [key, this.openValues.listed(key, attributes[key] ?? '')]);
    return { ...attributes, ...Object.fromEntries(listed) };
  }

  private async readGauge(name: string, read: ReadGauge): Promise<number | undefined> {
    try {
      return await within(gaugeMs, Promise.resolve(read()));
    } catch (error) {
      this.logOnce(`the gauge ${name} cannot be read`, { error });
      return undefined;
    }
  }

  private listed(
    type: InstrumentDefinition['type'],
    name: string,
    attributes: MeasuredAttributes,
  ): boolean {
    const problem = measurementProblem(type, name, attributes);
    if (problem === undefined) return true;
    if (this.options.unlisted === 'throw') throw new UnlistedMetricError(problem);
    this.logOnce(`metric dropped: ${problem}`, {});
    return false;
  }

  private logOnce(message: string, fields: { error?: unknown }): void {
    if (this.logged.has(message)) return;
    this.logged.add(message);
    this.options.logger?.error(message, fields);
  }
}

function describe(name: InstrumentName) {
  const { description, unit, ...rest }: InstrumentDefinition = instruments[name];
  return {
    description,
    unit,
    ...(rest.buckets && { advice: { explicitBucketBoundaries: [...rest.buckets] } }),
  };
}
