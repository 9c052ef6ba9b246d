/** One `; name=value` of a header; a quoted `value` still has its backslashes. */
export interface HeaderParameter {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  readonly quoted: boolean;
}

/** Matches what can follow the closing quote of a value: nothing, or another parameter. */
const afterValue = /[ \t]*(?:$|;[ \t]*(?:$|[^\s=;"]+[ \t]*=))/y;

/**
 * Splits a header into its value and its parameters. It is lenient, so that no report is lost to a malformed
 * parameter: it accepts extra spaces, empty parameters, an unclosed quote, and characters after a closing
 * quote. Takes linear time.
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

/** The first parameter of that name; a repeated one could be an attempt to be parsed in two ways. */
export function findParameter(
  parameters: readonly HeaderParameter[],
  name: string,
): HeaderParameter | undefined {
  return parameters.find((parameter) => parameter.name === name);
}

/**
 * The index of the closing quote. A backslash escapes the next quote, unless the value can only end there:
 * Internet Explorer and Breakpad on Windows send paths unescaped, and a path can end in a backslash. For a
 * `filename` the quote also counts as closing when another parameter follows.
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
