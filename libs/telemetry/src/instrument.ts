/** An attribute whose values are not known in advance: rule names, revisions. The operator controls its cardinality. */
export const open = 'open';

/** How one metric is defined in the registry, from which `docs/metrics.md` is generated. */
export interface InstrumentDefinition {
  /** counter: only grows; histogram: distribution of values; gauge: read when metrics are collected. */
  readonly type: 'counter' | 'histogram' | 'gauge';
  /**
   * UCUM unit, as OpenTelemetry writes them: `s`, `By`, `{report}`; `1` is for shares. It is a part of the name in
   * Prometheus (`prometheus-name.ts`).
   */
  readonly unit: 's' | 'By' | '1' | `{${string}}`;
  readonly description: string;
  /** Every attribute that a measurement carries: its closed list of values, or `open`. */
  readonly attributes: Readonly<Record<string, readonly string[] | typeof open>>;
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
  /**
   * The predecessor's name of the metric, with `{attribute}` where the value is part of the name, and the names of
   * the tags that differ from the attributes.
   */
  readonly statsd?: { readonly name: string; readonly tags?: Readonly<Record<string, string>> };
}

type AttributeValue<Allowed> = Allowed extends readonly (infer Value)[] ? Value : string;

/** The attributes that a measurement of an instrument must carry, by name and value. */
export type AttributesOf<Instrument extends InstrumentDefinition> =
  keyof Instrument['attributes'] extends never
    ? Readonly<Record<string, never>>
    : {
        readonly [Name in keyof Instrument['attributes']]: AttributeValue<
          Instrument['attributes'][Name]
        >;
      };

/** Upper bucket bounds for durations in seconds: from a spool write to a stalled upload. */
export const seconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];
