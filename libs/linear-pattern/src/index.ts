export { LinearPattern } from './linear-pattern.js';
export { LinearPatternSet } from './linear-pattern-set.js';
