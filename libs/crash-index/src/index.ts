export { CrashIndex } from './crash-index.js';
export { CrashIndexError } from './crash-index-error.js';
export { crashIndexFile } from './index-file.js';
export { type IndexedCrash, indexedCrash } from './indexed-crash.js';
export { KeptIndex } from './kept-index.js';
export type { TopQuery, TopSignature, TopSignatures } from './top-signatures.js';
