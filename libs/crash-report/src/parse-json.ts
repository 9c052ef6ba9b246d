import { type JsonLimits, scanJson } from './json-scan.js';
import { isJsonObject, type JsonValue, rawJsonNumber } from './json-value.js';
import { fromMembers, keysAsValues } from './keys-as-values.js';

/** The text is not JSON, or exceeds a limit. The message does not quote it, since it may be private. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code = 'invalid_json';
}

type Reviver = (key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue;

/** Only a reviver receives the source text of a number (ECMA-262, "JSON.parse"). */
const parseWithSource = JSON.parse as unknown as (text: string, reviver: Reviver) => JsonValue;

const byteOrderMark = 0xfeff;

/** A parsed JSON text, and what its value cannot show. */
export interface ParsedJson {
  readonly value: JsonValue;
  /** Number of values; an empty array or object counts twice. */
  readonly values: number;
  /** It is an object with a repeated member; `value` has the last one. */
  readonly repeatsMember: boolean;
}

/**
 * Parses untrusted JSON. Numbers keep their source text, `__proto__` is an ordinary key, and a leading byte
 * order mark is skipped.
 *
 * The limits are checked before parsing, so that no input can overflow the stack or exhaust the memory, here
 * or in later recursive code.
 * @throws JsonError
 */
export function parseJson(text: string, limits: JsonLimits): JsonValue {
  return parseJsonMembers(text, limits).value;
}

/**
 * Like {@link parseJson}, and also reports whether the outermost object has a repeated member.
 * @throws JsonError
 */
export function parseJsonMembers(text: string, limits: JsonLimits): ParsedJson {
  const source = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  const { exceeded, hasEscapedKey, hasNumber, values, outerCommas } = scanJson(source, limits);
  if (exceeded === 'maxDepth')
    throw new JsonError(`JSON is nested deeper than ${limits.maxDepth} levels`);
  if (exceeded === 'maxValues')
    throw new JsonError(`JSON has more than ${limits.maxValues} values`);
  try {
    const value = hasEscapedKey ? parseEscapedKeys(source) : parsePlainKeys(source, hasNumber);
    const members = isJsonObject(value) ? Object.keys(value).length : Number.POSITIVE_INFINITY;
    return { value, values, repeatsMember: outerCommas > 0 && members <= outerCommas };
  } catch (error) {
    if (error instanceof SyntaxError) throw new JsonError(`not valid JSON${positionIn(error)}`);
    throw error;
  }
}

/** A reviver is expensive, and annotations of Firefox have no numbers. */
function parsePlainKeys(source: string, hasNumber: boolean): JsonValue {
  return hasNumber ? parseWithSource(source, keepNumberText) : (JSON.parse(source) as JsonValue);
}

/** The slow path, for the few texts that the V8 bug can affect. */
function parseEscapedKeys(source: string): JsonValue {
  // Refuses invalid JSON, which the rewriting could turn into valid JSON.
  JSON.parse(source);
  return parseWithSource(keysAsValues(source), (key, value, context) =>
    isJsonObject(value) ? fromMembers(value) : keepNumberText(key, value, context),
  );
}

const keepNumberText: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source
    ? rawJsonNumber(source)
    : value;

/** V8's message can quote the text, so only the position is taken from it. */
function positionIn(error: SyntaxError): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? '' : ` at character ${position}`;
}
