import { isRawJson, type JsonValue } from './json-value.js';

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
  return sortedJsonMembers(Object.entries(value));
}

/** Serializes an object given as its members; their names must be unique. */
export function sortedJsonMembers(members: Iterable<readonly [string, JsonValue]>): string {
  let json = '';
  for (const [name, value] of Array.from(members).toSorted(byName))
    json += `${json === '' ? '' : ','}${JSON.stringify(name)}:${sortedJson(value)}`;
  return `{${json}}`;
}

function byName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return compareCodePoints(left[0], right[0]);
}

/**
 * Compares by Unicode code point, like Python's `sort_keys`. JavaScript compares UTF-16 units, which puts
 * U+FFxx after U+1F600.
 */
function compareCodePoints(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === shorter) return left.length - right.length;
  // If the second halves of two surrogate pairs differ, the whole pairs are compared.
  if (at > 0 && (isLowSurrogate(left.charCodeAt(at)) || isLowSurrogate(right.charCodeAt(at)))) {
    const pairs = codePointDifference(left, right, at - 1);
    if (pairs !== 0) return pairs;
  }
  return codePointDifference(left, right, at);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function codePointDifference(left: string, right: string, at: number): number {
  return (left.codePointAt(at) ?? 0) - (right.codePointAt(at) ?? 0);
}
