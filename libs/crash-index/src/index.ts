export { CrashIndexError } from './crash-index-error.js';
export { indexedCrash } from './indexed-facts.js';
export { KeptIndex } from './kept-index.js';
export type { OpenSearchOptions } from './open-search/connection.js';
export { OpenSearchCrashIndex, type WeekIndex } from './open-search/open-search-crash-index.js';
export { markPending, pendingCount } from './pending-crashes.js';
export { openCrashSearch } from './open-crash-search.js';
export { openProcessedIndex, type ProcessedIndex } from './processed-index.js';
export { CrashIndex } from './sqlite/crash-index.js';
export { crashIndexFile } from './sqlite/index-file.js';
export { crashFields, type FieldKind, type FieldName, type IndexedFacts } from './crash-fields.js';
export {
  type Condition,
  type CrashQuery,
  type Group,
  type Groups,
  maxWindow,
  type Operator,
  operators,
  operatorsOf,
  type ResultWindow,
} from './crash-query.js';
export type { CrashFeed, CrashSearch } from './crash-search.js';
export {
  conditionName,
  mayUse,
  parseCrashQuery,
  queryLimits,
  queryParameters,
} from './query-parameters.js';
export { maxQueryDays, timeParameters } from './query-time.js';
