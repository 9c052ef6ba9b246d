/** Injects the source of the rules. */
export const RULESET_SOURCE = Symbol('ruleset source');

/** Injects the ConfigMap that holds the rules, where they are edited in one. */
export const RULES_CONFIG_MAP = Symbol('rules ConfigMap');

/** Injects the cache of the last accepted ruleset; undefined when none is configured. */
export const RULESET_CACHE = Symbol('ruleset cache');
