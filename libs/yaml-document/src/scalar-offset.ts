import { Scalar } from 'yaml';

/**
 * Translates a position in a scalar's value into one in its source text.
 *
 * YAML folds lines and drops indentation, but keeps every character that is not white space, in order. The n-th such
 * character of the value is therefore the n-th of the source, in plain, quoted and block scalars. For a double-quoted
 * scalar with numeric escapes the result is 0.
 * @returns characters from the start of the scalar
 */
export function offsetInScalar(scalar: Scalar, document: string, offset: number): number {
  const [start, end] = scalar.range ?? [0, 0];
  const value = String(scalar.value);
  const source = document.slice(start, end);
  if (scalar.type === Scalar.QUOTE_DOUBLE && /\\[^"\\/]/.test(source)) return 0;
  const wanted = visibleCharacters(value.slice(0, offset));
  const last = wanted === visibleCharacters(value);
  return position(
    source,
    headerLength(scalar, source),
    last ? wanted : wanted + 1,
    scalar.type,
    last,
  );
}

/** The length of what precedes the content: an opening quote, or the line with the block indicator. */
function headerLength(scalar: Scalar, source: string): number {
  if (scalar.type === Scalar.BLOCK_FOLDED || scalar.type === Scalar.BLOCK_LITERAL)
    return source.indexOf('\n') + 1;
  return scalar.type === Scalar.PLAIN ? 0 : 1;
}

/** Where the `wanted`-th visible character starts, or ends. */
function position(
  source: string,
  from: number,
  wanted: number,
  type: Scalar.Type | undefined,
  after: boolean,
): number {
  let at = from;
  let seen = 0;
  let found = from;
  while (at < source.length && seen < wanted) {
    const width = characterWidth(source, at, type);
    if (!/\s/.test(source[at] ?? '')) {
      seen += 1;
      found = after ? at + width : at;
    }
    at += width;
  }
  return found;
}

/** An escaped character is two characters of a quoted scalar. */
function characterWidth(source: string, at: number, type: Scalar.Type | undefined): number {
  const escaped =
    (type === Scalar.QUOTE_DOUBLE && source[at] === '\\') ||
    (type === Scalar.QUOTE_SINGLE && source.startsWith("''", at));
  return escaped ? 2 : 1;
}

function visibleCharacters(text: string): number {
  return text.replace(/\s/g, '').length;
}
