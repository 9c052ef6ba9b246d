import { type JsonValue, rawJsonNumber } from './json-value.js';

/** The text is not JSON, or is nested too deep. The message never quotes it: it may be private. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  readonly code = 'invalid_json';
}

/** Why a reviver: it alone is shown the source text of a number (ECMA-262, "JSON.parse", step 11). */
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: JsonValue, context: { readonly source?: string }) => JsonValue,
) => JsonValue;
const parseWithSource = JSON.parse as unknown as ParseWithSource;

const byteOrderMark = 0xfeff;
const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Parses untrusted JSON. Numbers keep their source text, `__proto__` is a key like any other, and a
 * leading byte order mark is skipped.
 *
 * The depth is measured before anything recursive sees the text, so that no input can overflow the
 * stack: not here, and not in code that later walks the value.
 * @param limits `maxDepth`: how many arrays and objects may lie inside one another; `[]` has depth 1.
 * @throws JsonError
 */
export function parseJson(text: string, limits: { maxDepth: number }): JsonValue {
  const source = text.charCodeAt(0) === byteOrderMark ? text.slice(1) : text;
  if (isNestedDeeper(source, limits.maxDepth)) {
    throw new JsonError(`JSON is nested deeper than ${limits.maxDepth} levels`);
  }
  try {
    return parseWithSource(source, keepNumberText);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new JsonError(`not valid JSON${positionIn(error)}`);
    }
    throw error;
  }
}

function keepNumberText(
  _key: string,
  value: JsonValue,
  context: { readonly source?: string },
): JsonValue {
  const { source } = context;
  return typeof value === 'number' && source !== undefined && String(value) !== source
    ? rawJsonNumber(source)
    : value;
}

/** One pass over the text outside its strings; JSON that is not valid is left to the parser. */
function isNestedDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length && depth <= maxDepth; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      at = endOfString(text, at);
    } else if (unit === openBrace || unit === openBracket) {
      depth += 1;
    } else if (unit === closeBrace || unit === closeBracket) {
      depth -= 1;
    }
  }
  return depth > maxDepth;
}

/** The index of the quote that closes the string which opens at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) {
      break;
    }
    if (unit === backslash) {
      at += 1;
    }
  }
  return at;
}

/** V8's message may quote the text; only the place is taken from it. */
function positionIn(error: SyntaxError): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? '' : ` at character ${position}`;
}
