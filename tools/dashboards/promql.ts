/** PromQL over the registry of instruments: a metric, an attribute or a value that it does not list does not compile. */
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type InstrumentName,
  instruments,
} from '#antenna/telemetry';

import { label, prometheusName } from '../prometheus-names.js';

type Attributes<Name extends InstrumentName> = (typeof instruments)[Name]['attributes'];
type ValueOf<Values> = Values extends readonly (infer Value)[] ? Value : string;

/** Which series: for an attribute, the values that are wanted. */
export type Where<Name extends InstrumentName> = {
  readonly [Attribute in keyof Attributes<Name>]?: readonly ValueOf<Attributes<Name>[Attribute]>[];
};

/** Attributes to keep apart in a sum; `pod` comes from Prometheus. */
export type By<Name extends InstrumentName> = readonly (
  | (keyof Attributes<Name> & string)
  | 'pod'
)[];

/** Every dashboard shows one namespace, several or all. */
const inNamespace = 'namespace=~"$namespace"';

/** The series of an instrument in the chosen namespaces. */
export function series<Name extends InstrumentName>(
  name: Name,
  where: Where<Name> = {},
  suffix = '',
): string {
  const matchers = Object.entries(where as Readonly<Record<string, readonly string[]>>).map(
    ([attribute, values]) => `${label(attribute)}=~"${values.join('|')}"`,
  );
  return `${prometheusName(name)}${suffix}{${[inNamespace, ...matchers].join(',')}}`;
}

/** How often a counter grows, per second. */
export function perSecond<Name extends CounterName>(
  name: Name,
  by: By<Name> = [],
  where?: Where<Name>,
): string {
  return `${sumBy(by)} (rate(${series(name, where)}[$__rate_interval]))`;
}

/** How much a counter has grown in the time range of the dashboard; 0 when nothing was counted. */
export function inRange<Name extends CounterName>(name: Name, where?: Where<Name>): string {
  return orZero(`sum(increase(${series(name, where)}[$__range]))`);
}

/** The value below which a share of the measurements lies, such as 0.95. */
export function quantile(share: number, name: HistogramName): string {
  const buckets = series(name, {}, '_bucket');
  return `histogram_quantile(${share}, sum by (le) (rate(${buckets}[$__rate_interval])))`;
}

/** A gauge of which each process has its own part, such as its spool. */
export function sumOf<Name extends GaugeName>(name: Name, by: By<Name> = []): string {
  return `${sumBy(by)} (${series(name)})`;
}

/** A gauge that each process reads from the same place, such as the depth of a queue. */
export function maxOf<Name extends GaugeName>(name: Name, by: By<Name> = []): string {
  return `max${by.length > 0 ? ` by (${by.map(label).join(', ')})` : ''} (${series(name)})`;
}

/** A query whose result has no series until something happens. */
export function orZero(query: string): string {
  return `(${query} or vector(0))`;
}

function sumBy(by: readonly string[]): string {
  return by.length > 0 ? `sum by (${by.map(label).join(', ')})` : 'sum';
}
