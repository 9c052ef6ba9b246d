/** Injection tokens of what ingest is given and does not choose: it knows no adapter. */
export const STAGING_STORE = Symbol('staging blob store');
export const INTAKE_QUEUE = Symbol('intake queue');
