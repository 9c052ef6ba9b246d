/** Injects the service's logger; a token, because `Logger` is an interface. */
export const LOGGER = Symbol('logger');

/** Injects what `/__version__` answers. */
export const VERSION = Symbol('version');
