/**
 * The schema of Terraform's AWS provider, which itself is in no package registry. Its generated bindings for CDK Terrain are
 * (npm `@cdktn/provider-aws`), and have every name, type, block and requirement of it as regular code.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SchemaBlock {
  readonly attributes: readonly object[];
  readonly blockTypes: readonly object[];
}

interface Property {
  readonly name: string;
  readonly value: string;
  readonly isBlock: boolean;
  readonly type: string;
  readonly storage: string;
}

interface Flags {
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
}

const property =
  /^ +(?<name>\w+): \{\n +value: (?<value>.*),\n +isBlock: (?<block>\w+),\n +type: "(?<type>\w+)",\n +storageClassType: "(?<storage>\w+)",/gm;
const flag =
  /^ +\/\/ (?<name>\w+) - computed: (?<computed>\w+), optional: (?<optional>\w+), required: (?<required>\w+)$/gm;
const computedOnly = /return this\.get(?<type>String|Number|Boolean)Attribute\('(?<name>\w+)'\)/g;

const simple: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  stringList: 'string',
  stringMap: 'string',
  numberList: 'number',
};
const nesting: Readonly<Record<string, string>> = { struct: 'SINGLE', list: 'LIST', set: 'SET' };

/** The schema of one resource, such as `aws_s3_bucket`. @throws Error if the bindings have something unknown */
export function resourceSchema(bindings: string, resource: string): SchemaBlock {
  const folder = resource.replace(/^aws_/, '').replaceAll('_', '-');
  const source = readFileSync(join(bindings, folder, 'index.js'), 'utf8');
  const whole = /^class (?<name>\w+) extends cdktn\.TerraformResource/m.exec(source);
  const name = whole?.groups?.['name'] ?? '';
  const body = after(source, `class ${name} extends`);
  return blockOf(source, after(body, 'synthesizeHclAttributes()'), body);
}

/** @param properties the code that lists the properties  @param body the class that has a comment for each of them */
function blockOf(source: string, properties: string, body: string): SchemaBlock {
  const ownClass = body.slice(0, body.indexOf('\n}\n'));
  const flags = flagsIn(ownClass);
  const found = propertiesIn(properties);
  const settable = found.filter(({ isBlock }) => !isBlock);
  const names = new Set(found.map(({ name }) => name));
  const readOnly = [...ownClass.matchAll(computedOnly)].flatMap(({ groups = {} }) =>
    names.has(groups['name'] ?? '')
      ? []
      : [attribute(groups['name'] ?? '', simpleType(groups['type']?.toLowerCase()), flags)],
  );
  return {
    attributes: [
      ...settable.map((one) => attribute(one.name, typeOf(one), flags)),
      ...readOnly.filter((one, at) => readOnly.findIndex(({ name }) => name === one.name) === at),
    ],
    blockTypes: found
      .filter(({ isBlock }) => isBlock)
      .map((one) => nestedBlock(source, one, flags.get(one.name))),
  };
}

function nestedBlock(source: string, { name, value, type, storage }: Property, flags?: Flags) {
  const struct = storage.replace(/(List|Map)$/, '');
  const convert = `function ${struct.charAt(0).toLowerCase()}${struct.slice(1)}ToHclTerraform(`;
  const block = blockOf(
    source,
    after(source, convert),
    after(source, `class ${struct}OutputReference extends`),
  );
  const many = value.includes('listMapperHcl') || type === 'struct';
  return {
    typeName: name,
    block,
    nesting: nesting[type] ?? unknown(name, type),
    minItems: flags?.required === true && type !== 'struct' ? 1 : 0,
    maxItems: many ? 0 : 1,
  };
}

function attribute(name: string, type: unknown, flags: ReadonlyMap<string, Flags>) {
  const known = flags.get(name);
  if (!known) throw new Error(`the bindings do not say whether ${name} is required`);
  return { name, type: Buffer.from(JSON.stringify(type)), ...known };
}

function typeOf({ name, type, storage }: Property): unknown {
  if (type === 'simple') return simpleType(storage);
  return ['list', 'set', 'map'].includes(type) ? [type, simpleType(storage)] : unknown(name, type);
}

function simpleType(storage = ''): string {
  return simple[storage] ?? unknown('an attribute', storage);
}

/** The properties of the first literal only: the code of other structures follows. */
function propertiesIn(code: string): readonly Property[] {
  const literal = code.slice(0, code.indexOf('};\n'));
  return [...literal.matchAll(property)].map(({ groups = {} }) => ({
    name: groups['name'] ?? '',
    value: groups['value'] ?? '',
    isBlock: groups['block'] === 'true',
    type: groups['type'] ?? '',
    storage: groups['storage'] ?? '',
  }));
}

function flagsIn(code: string): ReadonlyMap<string, Flags> {
  return new Map(
    [...code.matchAll(flag)].map(({ groups = {} }) => [
      groups['name'] ?? '',
      {
        computed: groups['computed'] === 'true',
        optional: groups['optional'] === 'true',
        required: groups['required'] === 'true',
      },
    ]),
  );
}

function after(code: string, start: string): string {
  const at = code.indexOf(start);
  if (at === -1) throw new Error(`the bindings have no ${start}`);
  return code.slice(at);
}

function unknown(name: string, type: string): never {
  throw new Error(`the bindings have an unknown type of ${name}: ${type}`);
}
