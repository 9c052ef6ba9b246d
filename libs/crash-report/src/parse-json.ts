import { type JsonLimits, scanJson } from './json-scan.js';
import { isJsonObject, type JsonValue, rawJsonNumber } from './json-value.js';
import { fromMembers, keysAsValues } from './keys-as-values.js';

/** The text is not JSON, or is nested too deep. The message never quotes it: it may be private. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code = 'invalid_json';
}

type Reviver = (key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue;

/** Why a reviver: it alone is shown the source text of a number (ECMA-262, "JSON.parse"). */
const parseWithSource = JSON.parse as unknown as (text: string, reviver: Reviver) => JsonValue;

const byteOrderMark = 0xfeff;

/** What a JSON text holds, and what is lost of it in doing so. */
export interface ParsedJson {
  readonly value: JsonValue;
  /** It is an object that names a member more than once: the last one is in `value`. */
  readonly repeatsMember: boolean;
}

/**
 * Parses untrusted JSON. Numbers keep their source text, `__proto__` is a key like any other, and a
 * leading byte order mark is skipped.
 *
 * The limits are applied before anything is built or recursive sees the text, so that no input can
 * overflow the stack or fill the memory: not here, and not in code that later walks the value.
 * @throws JsonError
 */
export function parseJson(text: string, limits: JsonLimits): JsonValue {
  return parseJsonMembers(text, limits).value;
}

/**
 * As {@link parseJson}, and says whether the outermost object has a member twice, which its value cannot show.
 * @throws JsonError
 */
export function parseJsonMembers(text: string, limits: JsonLimits): ParsedJson {
  const source = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  const { exceeded, hasEscapedKey, hasNumber, outerCommas } = scanJson(source, limits);
  if (exceeded === 'maxDepth')
    throw new JsonError(`JSON is nested deeper than ${limits.maxDepth} levels`);
  if (exceeded === 'maxValues')
    throw new JsonError(`JSON has more than ${limits.maxValues} values`);
  try {
    const value = hasEscapedKey ? parseEscapedKeys(source) : parsePlainKeys(source, hasNumber);
    const members = isJsonObject(value) ? Object.keys(value).length : Number.POSITIVE_INFINITY;
    return { value, repeatsMember: outerCommas > 0 && members <= outerCommas };
  } catch (error) {
    if (error instanceof SyntaxError) throw new JsonError(`not valid JSON${positionIn(error)}`);
    throw error;
  }
}

/** A reviver costs more than all the rest, and the annotations of Firefox are strings. */
function parsePlainKeys(source: string, hasNumber: boolean): JsonValue {
  return hasNumber ? parseWithSource(source, keepNumberText) : (JSON.parse(source) as JsonValue);
}

/** The slow way, for the few texts that V8 may get wrong. */
function parseEscapedKeys(source: string): JsonValue {
  // Only to have it refused when it is not valid: rewriting could mend it.
  JSON.parse(source);
  return parseWithSource(keysAsValues(source), (key, value, context) =>
    isJsonObject(value) ? fromMembers(value) : keepNumberText(key, value, context),
  );
}

const keepNumberText: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source
    ? rawJsonNumber(source)
    : value;

/** V8's message may quote the text; only the place is taken from it. */
function positionIn(error: SyntaxError): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? '' : ` at character ${position}`;
}
