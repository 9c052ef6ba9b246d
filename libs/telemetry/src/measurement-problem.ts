import { type InstrumentDefinition, open } from './instrument.js';
import { instruments } from './instruments.js';

export type MeasuredAttributes = Readonly<Record<string, string>>;

const registry = new Map<string, InstrumentDefinition>(Object.entries(instruments));

/** Why the registry does not allow a measurement; undefined when it does. */
export function measurementProblem(
  type: InstrumentDefinition['type'],
  name: string,
  attributes: MeasuredAttributes,
): string | undefined {
  const instrument = registry.get(name);
  if (!instrument) return `${name} is not in the registry`;
  if (instrument.type !== type) return `${name} is a ${instrument.type}, not a ${type}`;
  for (const attribute of Object.keys(instrument.attributes))
    if (attributes[attribute] === undefined) return `${name} lacks its attribute ${attribute}`;
  for (const [attribute, value] of Object.entries(attributes)) {
    const allowed = instrument.attributes[attribute];
    if (allowed === undefined) return `${name} has no attribute ${attribute}`;
    if (allowed !== open && !allowed.includes(value))
      return `${name} has no ${attribute} "${value}"`;
  }
  return undefined;
}
