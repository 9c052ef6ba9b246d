/** The parts of a body by one regular expression over the whole body: slow, but independent of the splitter. */
interface NaiveParts {
  parts: { headers: string; data: string }[];
  complete: boolean;
}

export function naiveSplit(body: string, boundary: string): NaiveParts {
  const literal = boundary.replaceAll(/[^\w]/g, String.raw`\$&`);
  const delimiter = new RegExp(`\r\n--${literal}(?:(--)|[ \t]{0,64}(?=\r\n))`, 'g');
  const text = `\r\n${body}`;
  const result: NaiveParts = { parts: [], complete: false };
  let open = delimiter.exec(text);
  while (open !== null && open[1] === undefined) {
    const headersStart = delimiter.lastIndex;
    const blankLine = text.indexOf('\r\n\r\n', headersStart);
    if (blankLine === -1) return result;
    const dataStart = blankLine + 4;
    delimiter.lastIndex = dataStart - 2;
    const close = delimiter.exec(text);
    if (close === null) return result;
    result.parts.push({
      headers: text.slice(headersStart + 2, blankLine),
      data: text.slice(dataStart, Math.max(dataStart, close.index)),
    });
    open = close;
  }
  result.complete = open !== null;
  return result;
}
