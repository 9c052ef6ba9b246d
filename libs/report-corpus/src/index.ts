export { CorpusOptionsError } from './corpus-options-error.js';
export type { CorpusReport, ExpectedCrash } from './corpus-report.js';
export { bodyTokens, mutate } from './mutate.js';
export {
  corpusKinds,
  type CorpusOptions,
  reportCorpus,
  type ReportCorpus,
} from './report-corpus.js';
export { defaultSizes, type SizeDistribution } from './size-distribution.js';
