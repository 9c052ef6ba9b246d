/*
 * What can be learnt of a JSON text without parsing it: one pass over the characters outside strings.
 * Text that is not valid is not noticed here; it is left to the parser.
 */
const whiteSpace = /[ \t\r\n]/;
const digit = /[0-9]/;

export interface JsonLimits {
  /** How many arrays and objects may lie inside one another; `[]` has depth 1. */
  readonly maxDepth: number;
  /** How many values there may be in all; unlimited unless given. A byte of text can be 40 of objects. */
  readonly maxValues?: number;
}

export interface JsonScan {
  /** The limit that is exceeded; the scan ends there. */
  readonly exceeded: keyof JsonLimits | undefined;
  /** Some key is written with an escape sequence. */
  readonly hasEscapedKey: boolean;
  /** There is a digit outside strings, as in every number. */
  readonly hasNumber: boolean;
}

export function scanJson(
  text: string,
  { maxDepth, maxValues = Number.POSITIVE_INFINITY }: JsonLimits,
): JsonScan {
  let depth = 0;
  let values = 1;
  let hasEscapedKey = false;
  let hasNumber = false;
  for (let at = 0; at < text.length && depth <= maxDepth && values <= maxValues; at += 1) {
    switch (text.charAt(at)) {
      case '"': {
        const end = endOfString(text, at);
        hasEscapedKey ||= isKey(text, end) && text.slice(at, end).includes('\\');
        at = end;
        break;
      }
      case '{':
      case '[':
        depth += 1;
        values += 1;
        break;
      case ',':
        values += 1;
        break;
      case '}':
      case ']':
        depth -= 1;
        break;
      default:
        hasNumber ||= digit.test(text.charAt(at));
    }
  }
  if (depth > maxDepth) return { exceeded: 'maxDepth', hasEscapedKey, hasNumber };
  const exceeded = values > maxValues ? 'maxValues' : undefined;
  return { exceeded, hasEscapedKey, hasNumber };
}

/** The index of the quote that closes the string which opens at `start`, or the end of the text. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      return at;
    }
    at += unit === 0x5c ? 2 : 1;
  }
  return text.length;
}

/** Whether the string that ends at this quote is followed by a colon. */
function isKey(text: string, closingQuote: number): boolean {
  let at = closingQuote + 1;
  while (whiteSpace.test(text.charAt(at))) {
    at += 1;
  }
  return text.charAt(at) === ':';
}
