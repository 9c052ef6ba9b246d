import { isRawJson, type JsonValue } from './json-value.js';

/**
 * JSON text with the keys of every object sorted by code point, without white space.
 *
 * `JSON.stringify` cannot do this: it puts integer-like keys first, whatever the order of insertion.
 * Lone surrogates are written as `\uXXXX`, so that the text survives UTF-8. Recursive: the depth of
 * values from outside is capped by `parseJson`.
 */
export function sortedJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (isRawJson(value)) return value.rawJSON;
  return sortedJsonMembers(Object.entries(value));
}

/** The same for an object given as its members; their names must differ. */
export function sortedJsonMembers(members: Iterable<readonly [string, JsonValue]>): string {
  let text = '';
  for (const [name, value] of Array.from(members).toSorted(byName))
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${sortedJson(value)}`;
  return `{${text}}`;
}

function byName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return compareCodePoints(left[0], right[0]);
}

/**
 * Order by Unicode code point. JavaScript's own order is by UTF-16 unit, which puts U+FFxx after
 * U+1F600; Python's `sort_keys`, what readers of a raw crash know, does not.
 */
export function compareCodePoints(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  let at = 0;
  while (at < shorter && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  if (at === shorter) return left.length - right.length;
  // Where the difference is in the second half of a pair, the pair as a whole is compared.
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
