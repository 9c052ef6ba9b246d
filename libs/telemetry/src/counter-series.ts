/**
 * The counter series that exist from the start, at 0. Without them Prometheus would miss the first increment of a
 * counter, on which most alerts depend: `increase()` needs an earlier value.
 */
import { type InstrumentDefinition, open } from './instrument.js';
import type { CounterName } from './instrument-names.js';
import { instruments } from './instruments.js';
import type { MeasuredAttributes } from './measurement-problem.js';

export interface CounterSeries {
  readonly name: CounterName;
  readonly attributes: MeasuredAttributes;
}

type Counter = readonly [name: CounterName, attributes: InstrumentDefinition['attributes']];

const counters = Object.entries<InstrumentDefinition>(instruments)
  .filter(([, { type }]) => type === 'counter')
  .map(([name, { attributes }]): Counter => [name as CounterName, attributes]);

/** Which parts of the registry a process records: the words after `antenna.`. */
const partsOf: Readonly<Record<string, readonly string[]>> = {
  'antenna-ingest': ['ingest', 'throttle', 'ruleset', 'spool', 'shipper'],
  'antenna-crashmover': ['crashmover'],
  'antenna-throttle-config': ['throttle_config'],
};

/**
 * Every combination of the listed values, for the counters of a service, or for those of all services in the
 * standalone process. Counters with an open attribute are left out: their values are not known yet.
 */
export function closedSeries(service: string): CounterSeries[] {
  const parts = partsOf[service];
  return counters
    .filter(([name]) => parts?.includes(name.split('.')[1] ?? '') !== false)
    .flatMap(([name, attributes]) =>
      combinations(Object.entries(attributes)).map((combined) => ({ name, attributes: combined })),
    );
}

/** The series with these values of the counters whose only open attribute is this one. */
export function openSeries(attribute: string, values: readonly string[]): CounterSeries[] {
  return counters
    .filter(([, attributes]) => attributes[attribute] === open)
    .flatMap(([name, attributes]) =>
      combinations(Object.entries({ ...attributes, [attribute]: values })).map((combined) => ({
        name,
        attributes: combined,
      })),
    );
}

function combinations(
  attributes: readonly [name: string, values: readonly string[] | typeof open][],
): MeasuredAttributes[] {
  return attributes.reduce<MeasuredAttributes[]>(
    (all, [name, values]) =>
      values === open
        ? []
        : all.flatMap((rest) => values.map((value) => ({ ...rest, [name]: value }))),
    [{}],
  );
}
