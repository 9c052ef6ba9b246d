/*
 * Facts about a JSON text without parsing it, in one pass over the characters outside strings. Invalid JSON
 * is not detected here but by the parser.
 */
const whiteSpace = /[ \t\r\n]/;
const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
const [digitZero, digitNine] = [0x30, 0x39];

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
  const found = { hasEscapedKey, hasNumber, outerCommas };
  if (depth > maxDepth) return { exceeded: 'maxDepth', ...found };
  return { exceeded: values > maxValues ? 'maxValues' : undefined, ...found };
}

/**
 * The index of the quote that closes the string that begins at `start`, or the end of the text. Uses `indexOf`,
 * which is faster than a loop over the characters.
 */
export function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes precedes this position. */
function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text.charCodeAt(first - 1) === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

/** Whether the string that ends at this quote is followed by a colon. */
function isKey(text: string, closingQuote: number): boolean {
  let at = closingQuote + 1;
  while (whiteSpace.test(text.charAt(at))) at += 1;
  return text.charAt(at) === ':';
}
