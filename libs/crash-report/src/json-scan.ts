/*
 * Facts about a JSON text without parsing it, in one pass over the characters outside strings. Invalid JSON
 * is not detected here but by the parser.
 */
const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
const [digitZero, digitNine] = [0x30, 0x39];
const [space, tab, lineFeed, carriageReturn, colon] = [0x20, 0x09, 0x0a, 0x0d, 0x3a];

export interface JsonLimits {
  /** Largest nesting depth of arrays and objects; `[]` has depth 1. */
  readonly maxDepth: number;
  /** Largest number of values; default unlimited. One byte of JSON can become 40 bytes of objects. */
  readonly maxValues?: number;
}

interface JsonScan {
  /** The limit that is exceeded; the scan stops there. */
  readonly exceeded: keyof JsonLimits | undefined;
  /** A key contains an escape sequence. */
  readonly hasEscapedKey: boolean;
  /** There is a digit outside strings, thus a number. */
  readonly hasNumber: boolean;
  /** Number of values; an empty array or object counts twice. */
  readonly values: number;
  /** Commas between the members of the outermost array or object. */
  readonly outerCommas: number;
}

export function scanJson(
  text: string,
  { maxDepth, maxValues = Number.POSITIVE_INFINITY }: JsonLimits,
): JsonScan {
  let depth = 0;
  let values = 1;
  let hasEscapedKey = false;
  let hasNumber = false;
  let outerCommas = 0;
  let escape = text.indexOf('\\');
  for (let at = 0; at < text.length && depth <= maxDepth && values <= maxValues; at += 1) {
    const unit = text.charCodeAt(at);
    switch (unit) {
      case quote: {
        const end = endOfString(text, at);
        if (escape !== -1 && escape < end) {
          hasEscapedKey ||= isKey(text, end);
          escape = text.indexOf('\\', end);
        }
        at = end;
        break;
      }
      case openBrace:
      case openBracket:
        depth += 1;
        values += 1;
        break;
      case comma:
        values += 1;
        if (depth === 1) outerCommas += 1;
        break;
      case closeBrace:
      case closeBracket:
        depth -= 1;
        break;
      default:
        hasNumber ||= unit >= digitZero && unit <= digitNine;
    }
  }
  const found = { hasEscapedKey, hasNumber, values, outerCommas };
  if (depth > maxDepth) return { exceeded: 'maxDepth', ...found };
  return { exceeded: values > maxValues ? 'maxValues' : undefined, ...found };
}

/**
 * The index of the quote that closes the string that begins at `start`, or the end of the text. Most strings
 * have no escapes, and `indexOf` is faster than a loop over their characters.
 */
export function endOfString(text: string, start: number): number {
  const end = text.indexOf('"', start + 1);
  if (end === -1) return text.length;
  if (text.charCodeAt(end - 1) !== backslash) return end;
  let at = start + 1;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at;
    at += unit === backslash ? 2 : 1;
  }
  return text.length;
}

/** Whether the string that ends at this quote is followed by a colon. */
function isKey(text: string, closingQuote: number): boolean {
  let at = closingQuote + 1;
  while (isWhiteSpace(text.charCodeAt(at))) at += 1;
  return text.charCodeAt(at) === colon;
}

export function isWhiteSpace(unit: number): boolean {
  return unit === space || unit === tab || unit === lineFeed || unit === carriageReturn;
}
