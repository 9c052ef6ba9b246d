/**
 * The functions that rules may call, one entry each. Registration, the list of allowed calls, the hints in error
 * messages and the table in docs/throttling.md all derive from these entries. An entry without an implementation
 * allows a built-in function of CEL.
 */
import { type ReportField, reportFieldNames } from '#antenna/crash-report';
import { buildAgeDays } from './build-age.js';
import type { CurrentReport } from './current-report.js';
import { searchSteps } from './string-search.js';
import { toDouble, toInt } from './to-number.js';
import { sizeOf } from './value-size.js';

export interface RuleFunction {
  readonly name: string;
  /** `name(…)`, `value.name(…)`, or a method that evaluates an expression for each entry of a list. */
  readonly form: 'function' | 'method' | 'comprehension';
  /** Complete, valid calls, for hints and the documentation. */
  readonly usage: readonly string[];
  /** What it returns, for the documentation. */
  readonly returns: string;
  /** Without one, the function is a built-in of CEL. */
  readonly implementation?: RuleFunctionImplementation;
}

interface RuleFunctionImplementation {
  /** CEL declarations, `name(string): bool` or `string.name(string): bool`. */
  readonly signatures: readonly string[];
  /** CEL has a built-in method of this name and signature, which this one replaces. */
  readonly replacesBuiltIn?: true;
  /** The function itself, for reports that are evaluated one after another. */
  readonly create: (report: CurrentReport) => (...parameters: never[]) => unknown;
}

/** In nanoseconds for a character: 27 where the lower case of one is two, and 1 for ASCII. */
const lowerSteps = 30;
const sizeSteps = 2;
const buildAgeSteps = 1_000;

export const ruleFunctions: readonly RuleFunction[] = [
  {
    name: 'get',
    form: 'function',
    usage: ['get("Name")', 'get("Name", "default")'],
    returns: 'the annotation; `""` or the default if it is missing',
    implementation: {
      signatures: ['get(string): string', 'get(string, string): string'],
      create: (report) => (name: string, otherwise?: string) => report.annotation(name, otherwise),
    },
  },
  {
    name: 'has',
    form: 'function',
    usage: ['has(annotations.Name)'],
    returns: 'whether the report has the annotation',
  },
  reportFieldFunction('product', 'product'),
  reportFieldFunction('version', 'version'),
  reportFieldFunction('channel', 'release channel'),
  reportFieldFunction('process', 'type of the crashed process'),
  {
    name: 'lower',
    form: 'function',
    usage: ['lower(get("Name"))'],
    returns: 'the string in lower case',
    implementation: {
      signatures: ['lower(string): string'],
      create: (report) => (value: string) => {
        report.spend(value.length * lowerSteps);
        return value.toLowerCase();
      },
    },
  },
  {
    name: 'startsWith',
    form: 'method',
    usage: ['get("Name").startsWith("value")'],
    returns: 'whether the string starts with the value',
  },
  {
    name: 'endsWith',
    form: 'method',
    usage: ['get("Name").endsWith("value")'],
    returns: 'whether the string ends with the value',
  },
  {
    name: 'contains',
    form: 'method',
    usage: ['get("Name").contains("value")'],
    returns: 'whether the string contains the value',
    implementation: {
      signatures: ['string.contains(string): bool'],
      replacesBuiltIn: true,
      create: (report) => (value: string, part: string) => {
        report.spend(searchSteps(value, part));
        return value.includes(part);
      },
    },
  },
  {
    name: 'matches',
    form: 'method',
    usage: [String.raw`get("Name").matches("^5[2-9]\\.")`],
    returns:
      'whether the regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) matches anywhere in the string',
    implementation: {
      signatures: ['string.matches(string): bool'],
      replacesBuiltIn: true,
      create: (report) => (value: string, pattern: string) => report.matches(value, pattern),
    },
  },
  {
    name: 'trim',
    form: 'method',
    usage: ['get("Name").trim()'],
    returns: 'the string without surrounding white space',
  },
  {
    name: 'substring',
    form: 'method',
    usage: ['get("Name").substring(0, 8)'],
    returns: 'the part of the string between two positions',
  },
  {
    name: 'size',
    form: 'function',
    usage: ['size(get("Name"))'],
    returns: 'the number of characters in a string, or of entries in a list',
    implementation: {
      signatures: ['size(string): int', 'size(list): int', 'size(map): int'],
      replacesBuiltIn: true,
      create: spendingSize,
    },
  },
  {
    name: 'size',
    form: 'method',
    usage: ['get("Name").size()'],
    returns: 'the same',
    implementation: {
      signatures: ['string.size(): int', 'list.size(): int', 'map.size(): int'],
      replacesBuiltIn: true,
      create: spendingSize,
    },
  },
  {
    name: 'json',
    form: 'function',
    usage: ['json(get("Name"))'],
    returns: 'the value of a JSON string; `null` if it is not valid JSON',
    implementation: {
      signatures: ['json(string): dyn'],
      create: (report) => (value: string) => report.json(value),
    },
  },
  {
    name: 'orValue',
    form: 'method',
    usage: ['json(get("Name")).?key.orValue("")'],
    returns: 'the value of a key that `.?` reads, or another value if the key is missing',
  },
  {
    name: 'hasValue',
    form: 'method',
    usage: ['json(get("Name")).?key.hasValue()'],
    returns: 'whether the key exists',
  },
  {
    name: 'buildAgeDays',
    form: 'function',
    usage: ['buildAgeDays(get("BuildID"))'],
    returns: 'days since the date in a build ID of 14 digits; -1 for other strings',
    implementation: {
      signatures: ['buildAgeDays(string): double'],
      create: (report) => (buildId: string) => {
        report.spend(buildAgeSteps);
        return buildAgeDays(buildId, report.now());
      },
    },
  },
  {
    name: 'int',
    form: 'function',
    usage: ['int(get("Name"))'],
    returns:
      'a string of digits, with or without a sign, as a whole number; for others, the rule fails',
    implementation: {
      signatures: ['int(string): int', 'int(int): int', 'int(double): int'],
      replacesBuiltIn: true,
      create: () => toInt,
    },
  },
  {
    name: 'double',
    form: 'function',
    usage: ['double(get("Name"))'],
    returns:
      'a string with a decimal number, such as `-0.5` or `1e3`, as a number; for others, the rule fails',
    implementation: {
      signatures: ['double(string): double', 'double(int): double', 'double(double): double'],
      replacesBuiltIn: true,
      create: () => toDouble,
    },
  },
  { name: 'string', form: 'function', usage: ['string(5)'], returns: 'the value as a string' },
  {
    name: 'type',
    form: 'function',
    usage: ['type(json(get("Name")))'],
    returns: 'the type of the value, to compare with `int`, `double`, `string` or `bool`',
  },
  {
    name: 'exists',
    form: 'comprehension',
    usage: ['products.exists(p, p == get("Name"))'],
    returns: 'whether the condition holds for at least one entry',
  },
  {
    name: 'exists_one',
    form: 'comprehension',
    usage: ['products.exists_one(p, p == get("Name"))'],
    returns: 'whether the condition holds for exactly one entry',
  },
  {
    name: 'all',
    form: 'comprehension',
    usage: ['products.all(p, p != get("Name"))'],
    returns: 'whether the condition holds for every entry',
  },
  {
    name: 'filter',
    form: 'comprehension',
    usage: ['products.filter(p, p != get("Name"))'],
    returns: 'the entries for which the condition holds',
  },
  {
    name: 'map',
    form: 'comprehension',
    usage: ['products.map(p, lower(p))'],
    returns: 'the list of results, one for each entry',
  },
];

/** A function that returns what most clients send, each under names of its own. */
function reportFieldFunction(name: ReportField, what: string): RuleFunction {
  const names = reportFieldNames[name].map((annotation) => `\`${annotation}\``).join(', ');
  return {
    name,
    form: 'function',
    usage: [`${name}()`],
    returns: `the ${what}: the first of ${names} that is not empty, or \`""\``,
    implementation: {
      signatures: [`${name}(): string`],
      create: (report) => () => report.field(name),
    },
  };
}

function spendingSize(report: CurrentReport): typeof sizeOf {
  return (value) => {
    if (typeof value === 'string') report.spend(value.length * sizeSteps);
    return sizeOf(value);
  };
}

/** Functions by name, called as `name(…)`. */
export const functionsByName = byName(({ form }) => form === 'function');
/** Methods and comprehensions by name, called as `value.name(…)`. */
export const methodsByName = byName(({ form }) => form !== 'function');

/** Rules cannot call functions with such names, because the table does not contain them. */
const replacementSuffix = 'Replacement';

/** The name under which a function is registered: CEL does not allow a built-in to be registered again. */
export function registeredName({ name, implementation }: RuleFunction): string {
  return implementation?.replacesBuiltIn === true ? `${name}${replacementSuffix}` : name;
}

/** Puts the names that authors know back into a message of the CEL library. */
export function withPublicNames(message: string): string {
  return message.replaceAll(`${replacementSuffix}(`, '(');
}

function byName(include: (entry: RuleFunction) => boolean): ReadonlyMap<string, RuleFunction> {
  return new Map(ruleFunctions.filter(include).map((entry) => [entry.name, entry]));
}
