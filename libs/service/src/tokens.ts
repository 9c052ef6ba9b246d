/** Injects what `/__version__` answers. */
export const VERSION = Symbol('version');

/** Injects the token that opens `/__broken__`, or undefined. */
export const BROKEN_TOKEN = Symbol('token of /__broken__');
