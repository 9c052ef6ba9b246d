/** An object of the API as far as everything that validates it cares. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Where a manifest is wrong, and how. */
export interface SchemaProblem {
  /** A JSON pointer. */
  readonly path: string;
  readonly message: string;
}
