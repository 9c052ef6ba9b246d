/** One `; name=value` of a header; `value` still carries its backslashes when it was quoted. */
export interface HeaderParameter {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  readonly quoted: boolean;
}

/** What may follow the closing quote of a value: nothing, or one more parameter. */
const afterValue = /[ \t]*(?:$|;[ \t]*(?:$|[^\s=;"]+[ \t]*=))/y;

/**
 * The value of a header without its parameters, and these. Lenient, since a report must not be lost to
 * an ornament: stray spaces, empty parameters, a quote that is never closed and text after a closing
 * quote are all passed over. Linear in the length of the header.
 */
export function parseHeaderValue(header: string): { value: string; parameters: HeaderParameter[] } {
  const parameters: HeaderParameter[] = [];
  let semicolon = endOfToken(header, 0);
  const value = header.slice(0, semicolon).trim();
  while (semicolon < header.length) {
    const start = semicolon + 1;
    semicolon = endOfToken(header, start);
    const equals = start + header.slice(start, semicolon).indexOf('=');
    if (equals < start) continue;
    const name = header.slice(start, equals).trim().toLowerCase();
    const valueStart = skipSpaces(header, equals + 1);
    if (header[valueStart] === '"') {
      const quote = closingQuote(header, valueStart + 1, name);
      parameters.push({ name, value: header.slice(valueStart + 1, quote), quoted: true });
      semicolon = endOfToken(header, quote);
    } else {
      parameters.push({ name, value: header.slice(equals + 1, semicolon).trim(), quoted: false });
    }
  }
  return { value, parameters };
}

/** The first parameter of that name: a second one is somebody trying to be read in two ways. */
export function findParameter(
  parameters: readonly HeaderParameter[],
  name: string,
): HeaderParameter | undefined {
  return parameters.find((parameter) => parameter.name === name);
}

/**
 * Where a quoted value ends. A backslash hides the quote after it, unless the header could not be read
 * on from there: Internet Explorer and Breakpad on Windows send paths unescaped, and a path may end in
 * a backslash. For a `filename` the quote already counts as closing when another parameter follows.
 */
function closingQuote(header: string, from: number, name: string): number {
  let at = from;
  while (at < header.length) {
    const char = header[at];
    if (char === '"') return at;
    if (char === '\\') {
      if (header[at + 1] === '"' && endsValue(header, at + 2, name)) return at + 1;
      at += 1;
    }
    at += 1;
  }
  return header.length;
}

function endsValue(header: string, from: number, name: string): boolean {
  if (name !== 'filename') return skipSpaces(header, from) === header.length;
  afterValue.lastIndex = from;
  return afterValue.test(header);
}

function endOfToken(header: string, from: number): number {
  const semicolon = header.indexOf(';', from);
  return semicolon === -1 ? header.length : semicolon;
}

function skipSpaces(header: string, from: number): number {
  let at = from;
  while (header[at] === ' ' || header[at] === '\t') at += 1;
  return at;
}
