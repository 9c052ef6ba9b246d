/** Injects the service's logger; a token, because `Logger` is an interface. */
export const LOGGER = Symbol('logger');

/** Injects what `/__version__` answers. */
export const VERSION = Symbol('version');

/** Injects the token that opens `/__broken__`, or undefined. */
export const BROKEN_TOKEN = Symbol('token of /__broken__');
