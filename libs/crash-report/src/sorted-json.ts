import { isRawJson, type JsonValue } from './json-value.js';

/** UTF-16 order is code point order for strings without these. */
const surrogateOrAbove = /[\ud800-\uffff]/;
const surrogatePair = /[\ud800-\udbff][\udc00-\udfff]/g;

/**
 * Serializes JSON without white space and with the keys of all objects sorted by code point.
 *
 * `JSON.stringify` cannot do this: it puts integer-like keys first.
 * Lone surrogates are written as `\uXXXX`, so that they survive UTF-8. The function is recursive;
 * `parseJson` limits the depth of untrusted values.
 */
export function sortedJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (isRawJson(value)) return value.rawJSON;
  let json = '';
  for (const name of sortedByCodePoint(Object.keys(value)))
    json += `${json === '' ? '' : ','}${JSON.stringify(name)}:${sortedJson(value[name] ?? null)}`;
  return `{${json}}`;
}

/**
 * Sorts by Unicode code point, like Python's `sort_keys`; JavaScript compares UTF-16 units, which puts
 * U+FFxx after U+1F600. The comparisons are the engine's own: a report can have thousands of names with a
 * long common prefix.
 */
export function sortedByCodePoint(names: readonly string[]): string[] {
  // Without a comparator the engine compares UTF-16 units, and calls no JavaScript.
  if (!names.some((name) => surrogateOrAbove.test(name))) return names.toSorted();
  return names
    .map((name) => ({ name, key: codePointKey(name) }))
    .toSorted((left, right) => compareUnits(left.key, right.key))
    .map(({ name }) => name);
}

/** A string whose UTF-16 order is the code point order of the original: U+FFFF, then all pairs, come last. */
function codePointKey(name: string): string {
  return name.replaceAll('\uffff', '\uffff\0').replaceAll(surrogatePair, '\uffff$&');
}

/** For strings that differ. */
function compareUnits(left: string, right: string): number {
  return left < right ? -1 : 1;
}
