/** Injects the source of the rules. */
export const RULESET_SOURCE = Symbol('ruleset source');

/** Injects what tells the authors of the rules what became of their edits; undefined where there is no such place. */
export const AUTHOR_FEEDBACK = Symbol('author feedback');

/** Injects the cache of the last accepted ruleset; undefined when none is configured. */
export const RULESET_CACHE = Symbol('ruleset cache');
