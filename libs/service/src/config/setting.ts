import 'reflect-metadata';

/** The strings that a setting accepts, and their conversion to values. */
export interface SettingFormat {
  /** The kind of value, for the documentation: `port`, `duration`, `size` … */
  readonly type: string;
  /** The allowed values, in words that complete "must be …". */
  readonly expected: string;
  readonly example: string;
  /** @throws {RangeError} if the string is not valid */
  parse(string: string): unknown;
  /** The value in the notation of the environment. */
  format(value: unknown): string;
}

export interface SettingOptions {
  /** The environment variable. */
  readonly env: string;
  /** The purpose of the setting, in one or two sentences for an operator. */
  readonly doc: string;
  /** The value is never shown in logs or errors. */
  readonly secret?: boolean;
  /** There is no default: the service does not start without a value. */
  readonly required?: boolean;
}

export interface SettingDefinition extends SettingOptions {
  readonly property: string;
  readonly format: SettingFormat;
}

const declared = new WeakMap<object, Map<string, SettingOptions>>();
const formats = new WeakMap<object, Map<string, SettingFormat>>();

/** Any string: the format of a setting without a declared format. */
const anyString: SettingFormat = {
  type: 'text',
  expected: 'text',
  example: 'text',
  parse: (value) => value,
  format: String,
};

/** Makes a property of a configuration class a setting; its initial value is the default. */
export function Setting(options: SettingOptions): PropertyDecorator {
  return (prototype, property) => ownMap(declared, prototype).set(String(property), options);
}

/** Declares the format of a property that is a setting. */
export function formatted(format: SettingFormat): PropertyDecorator {
  return (prototype, property) => ownMap(formats, prototype).set(String(property), format);
}

/** The settings of a class and of its base classes, inherited ones first; a redeclared one replaces the inherited. */
export function settingsOf(prototype: object): SettingDefinition[] {
  const lineage = ancestry(prototype);
  const options = inherited(declared, lineage);
  const format = inherited(formats, lineage);
  return [...options].map(([property, option]) =>
    Object.assign({ property, format: format.get(property) ?? anyString }, option),
  );
}

function inherited<T>(
  store: WeakMap<object, ReadonlyMap<string, T>>,
  lineage: readonly object[],
): Map<string, T> {
  return new Map(lineage.flatMap((part) => Array.from(store.get(part) ?? [])));
}

function ancestry(prototype: object): object[] {
  const parent: unknown = Object.getPrototypeOf(prototype);
  return typeof parent === 'object' && parent !== null
    ? [...ancestry(parent), prototype]
    : [prototype];
}

function ownMap<T>(store: WeakMap<object, Map<string, T>>, prototype: object): Map<string, T> {
  let map = store.get(prototype);
  if (!map) {
    map = new Map();
    store.set(prototype, map);
  }
  return map;
}
