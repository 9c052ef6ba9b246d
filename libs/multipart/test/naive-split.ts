/** The parts of a body by one regular expression over the whole body: slow, but independent of the splitter. */
interface NaiveParts {
  parts: { headers: string; data: string }[];
  complete: boolean;
}

export function naiveSplit(body: string, boundary: string): NaiveParts {
  const literal = boundary.replaceAll(/[^\w]/g, String.raw`\$&`);
  const line = new RegExp(
    `(?<cr>\r?)\n--${literal}(?:(?<close>--)|(?<part>[ \t]{0,64}(?=\r\n))|(?<longer>[\\w'()+,./:=?-])|)`,
    'g',
  );
  const text = `\r\n${body}`;
  const result: NaiveParts = { parts: [], complete: false };
  let open = line.exec(text);
  while (open?.groups?.['cr'] === '\r' && open.groups['part'] !== undefined) {
    const headersStart = line.lastIndex;
    const blankLine = text.indexOf('\r\n\r\n', headersStart);
    if (blankLine === -1) return result;
    const dataStart = blankLine + 4;
    line.lastIndex = dataStart - 2;
    let next = line.exec(text);
    while (next?.groups?.['longer'] !== undefined) next = line.exec(text);
    if (!isDelimiter(next)) return result;
    result.parts.push({
      headers: text.slice(headersStart + 2, blankLine),
      data: text.slice(dataStart, Math.max(dataStart, next.index)),
    });
    open = next;
  }
  result.complete = isDelimiter(open) && open.groups?.['close'] !== undefined;
  return result;
}

/** False for a line that begins with the boundary and is broken. */
function isDelimiter(line: RegExpExecArray | null): line is RegExpExecArray {
  const { cr, close, part } = line?.groups ?? {};
  return cr === '\r' && (close ?? part) !== undefined;
}
