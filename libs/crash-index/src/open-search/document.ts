import { crashFields, type FieldKind, type FieldName, type IndexedFacts } from '../crash-fields.js';

/** The longest term of Lucene is 32,766 bytes. Facts are far shorter. */
const maxCharacters = 8191;
/** Of a date in OpenSearch, with room for arithmetic. */
const maxTime = Date.UTC(9999, 0, 1);

const fieldNames = Object.keys(crashFields) as FieldName[];

const types: Readonly<Record<FieldKind, object>> = {
  keyword: { type: 'keyword', ignore_above: maxCharacters },
  keywords: { type: 'keyword', ignore_above: maxCharacters },
  number: { type: 'double' },
  time: { type: 'date', format: 'epoch_millis' },
};

/** Nothing but the closed list of fields is mapped, whatever a document has. */
export const mappings = {
  dynamic: false,
  properties: Object.fromEntries(fieldNames.map((name) => [name, types[crashFields[name].kind]])),
};

/** Of the index of a week. A single node has no replica. */
export const indexSettings = {
  auto_expand_replicas: '0-1',
  refresh_interval: '1s',
  codec: 'best_compression',
};

export type CrashDocument = Readonly<Record<string, unknown>>;

/** Without what is not known, and nothing that is not a fact. */
export function documentOf(facts: IndexedFacts): CrashDocument {
  const known = fieldNames.map((name) => [name, storable(facts[name])] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== null));
}

export function factsOf(document: CrashDocument): IndexedFacts {
  const facts = fieldNames.map((name) => {
    const value = document[name];
    if (crashFields[name].kind === 'keywords') return [name, Array.isArray(value) ? value : []];
    return [name, value ?? null];
  });
  return Object.fromEntries(facts) as IndexedFacts;
}

/** A number that OpenSearch refuses would keep the whole crash out. */
function storable(value: IndexedFacts[FieldName]): unknown {
  if (typeof value !== 'number') return value;
  return Number.isFinite(value) ? Math.min(Math.max(value, -maxTime), maxTime) : null;
}
