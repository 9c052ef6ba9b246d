/** PromQL over the registry of instruments: unknown metrics, attributes and values do not compile. */
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type InstrumentName,
  instruments,
  prometheusName,
} from '#antenna/telemetry';

import { label } from '../prometheus-names.js';

type Attributes<Name extends InstrumentName> = (typeof instruments)[Name]['attributes'];
type ValueOf<Values> = Values extends readonly (infer Value)[] ? Value : string;

/** The selected values by attribute. */
export type Where<Name extends InstrumentName> = {
  readonly [Attribute in keyof Attributes<Name>]?: readonly ValueOf<Attributes<Name>[Attribute]>[];
};

/** Attributes to group a sum by; `pod` comes from Prometheus. */
export type By<Name extends InstrumentName> = readonly (
  | (keyof Attributes<Name> & string)
  | 'pod'
)[];

/** Every dashboard shows one, several or all namespaces. */
const inNamespace = 'namespace=~"$namespace"';

/** The series of an instrument in the selected namespaces. */
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

/** The rate of a counter per second. */
export function perSecond<Name extends CounterName>(
  name: Name,
  by: By<Name> = [],
  where?: Where<Name>,
): string {
  return `${sumBy(by)} (rate(${series(name, where)}[$__rate_interval]))`;
}

/** The increase of a counter in the time range of the dashboard; 0 if nothing was counted. */
export function inRange<Name extends CounterName>(name: Name, where?: Where<Name>): string {
  return orZero(`sum(increase(${series(name, where)}[$__range]))`);
}

/** The quantile of a histogram for a share such as 0.95. */
export function quantile(share: number, name: HistogramName): string {
  const buckets = series(name, {}, '_bucket');
  return `histogram_quantile(${share}, sum by (le) (rate(${buckets}[$__rate_interval])))`;
}

/** The sum of a gauge of which each process has its own part, such as its spool. */
export function sumOf<Name extends GaugeName>(name: Name, by: By<Name> = []): string {
  return `${sumBy(by)} (${series(name)})`;
}

/** The maximum of a gauge that all processes read from the same place, such as the depth of a queue. */
export function maxOf<Name extends GaugeName>(name: Name, by: By<Name> = []): string {
  return `max${by.length > 0 ? ` by (${by.map(label).join(', ')})` : ''} (${series(name)})`;
}

/** Returns 0 for a query whose result has no series yet. */
export function orZero(query: string): string {
  return `(${query} or vector(0))`;
}

function sumBy(by: readonly string[]): string {
  return by.length > 0 ? `sum by (${by.map(label).join(', ')})` : 'sum';
}
