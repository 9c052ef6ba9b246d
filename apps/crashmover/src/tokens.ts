/** Injection tokens of what crashmover is given and does not choose: it knows no adapter. */
export const STAGING_STORE = Symbol('staging blob store');
export const CRASH_STORE = Symbol('crash blob store');
export const INTAKE_QUEUE = Symbol('intake queue');
export const PROCESSING_QUEUE = Symbol('processing queue');
export const DEAD_LETTER_QUEUE = Symbol('dead-letter queue of intake');
