import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { cacheFolder, toolPackage } from './cluster-tools.js';

/** An object of the Kubernetes API, with the fields that validation needs. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** An error in a manifest. */
export interface SchemaProblem {
  /** A JSON pointer. */
  readonly path: string;
  readonly message: string;
}

/** Schemas of the built-in kinds: one file per Kubernetes version, with the strict definitions of its OpenAPI document. */
export const schemaFolder = join(cacheFolder, 'schemas');

/** @param version such as `1.37` */
export function schemaFile(version: string): string {
  return join(schemaFolder, `${version}.json`);
}

/** The versions of Kubernetes with installed schemas, oldest first. */
export function schemaVersions(): readonly string[] {
  if (!existsSync(schemaFolder)) return [];
  return readdirSync(schemaFolder)
    .map((file) => file.replace('.json', ''))
    .toSorted((one, other) => minor(one) - minor(other));
}

function minor(version: string): number {
  return Number(version.split('.')[1]);
}

interface Definition {
  readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
}

interface Definitions {
  readonly $id: string;
  readonly $defs: Readonly<Record<string, Definition>>;
}

interface Validator {
  (value: unknown): boolean;
  errors?: readonly AjvError[] | null;
}

interface AjvError {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Ajv {
  addSchema(schema: object): void;
  getSchema(reference: string): Validator | undefined;
}

interface AjvPackage {
  readonly Ajv2020: new (options: object) => Ajv;
}

/** The built-in kinds of one version of Kubernetes. Unknown fields are problems. */
export class CoreSchemas {
  private readonly definitions: Definitions;
  private readonly ajv: Ajv;

  constructor(version: string) {
    this.definitions = JSON.parse(readFileSync(schemaFile(version), 'utf8')) as Definitions;
    const { Ajv2020 } = toolPackage('ajv/dist/2020.js') as AjvPackage;
    // Formats of OpenAPI, such as int32, are not formats of JSON Schema.
    this.ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
    this.ajv.addSchema(this.definitions);
  }

  /** Returns undefined for a kind that this version does not have. */
  problems(manifest: Manifest): readonly SchemaProblem[] | undefined {
    const name = this.nameOf(manifest);
    if (name === undefined) return undefined;
    const validate = this.ajv.getSchema(`${this.definitions.$id}#/$defs/${name}`);
    if (!validate) throw new Error(`the schema of ${name} cannot be compiled`);
    validate(manifest);
    return (validate.errors ?? []).map(({ instancePath, message = '', params }) => ({
      path: instancePath,
      message: [message, ...Object.values(params)].join(' '),
    }));
  }

  private nameOf({ apiVersion, kind }: Manifest): string | undefined {
    const found = Object.entries(this.definitions.$defs).find(
      ([, { properties }]) =>
        properties?.['kind']?.enum?.includes(kind) &&
        properties['apiVersion']?.enum?.includes(apiVersion),
    );
    return found?.[0];
  }
}
