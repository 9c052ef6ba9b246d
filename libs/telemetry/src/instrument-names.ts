import type { AttributesOf, InstrumentDefinition } from './instrument.js';
import type { instruments } from './instruments.js';

type Instruments = typeof instruments;
/** A name in the registry. */
export type InstrumentName = keyof Instruments;

type NamesOf<Type extends InstrumentDefinition['type']> = {
  [Name in InstrumentName]: Instruments[Name]['type'] extends Type ? Name : never;
}[InstrumentName];

export type CounterName = NamesOf<'counter'>;
export type HistogramName = NamesOf<'histogram'>;
export type GaugeName = NamesOf<'gauge'>;

/** The attributes that each measurement of this metric carries. */
export type MetricAttributes<Name extends InstrumentName> = AttributesOf<Instruments[Name]>;
