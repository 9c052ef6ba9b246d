export { CrashIndex } from './crash-index.js';
export { CrashIndexError } from './crash-index-error.js';
export { crashIndexFile } from './index-file.js';
export { type IndexedCrash, indexedCrash } from './indexed-crash.js';
export { KeptIndex } from './kept-index.js';
export type { TopQuery, TopSignature, TopSignatures } from './top-signatures.js';
export { crashFields, type FieldKind, type FieldName, type IndexedFacts } from './crash-fields.js';
export {
  type Condition,
  type CrashQuery,
  type Group,
  type GroupRequest,
  type Groups,
  maxWindow,
  type Operator,
  operators,
  type ResultWindow,
} from './crash-query.js';
export type { CrashFeed, CrashSearch } from './crash-search.js';
export {
  conditionName,
  isField,
  mayUse,
  operatorsOf,
  parseCrashQuery,
  type ParsedQuery,
  queryLimits,
  queryParameters,
} from './query-parameters.js';
export { maxQueryDays } from './query-time.js';
