/** An HTTP answer as received. The fields leave out interim (1xx) answers. */
export interface RawAnswer {
  /** Every byte received, interim answers included. */
  readonly raw: Buffer;
  /** Undefined if no status line was received. */
  readonly status?: number;
  /** Without the line end; empty if none was received. */
  readonly statusLine: string;
  /** Header names and values, with names in their original case. */
  readonly headers: [name: string, value: string][];
  /** The bytes after the headers; a chunked body is not decoded. */
  readonly body: string;
}

const headEnd = '\r\n\r\n';

/** Parses the received bytes, which may end anywhere. */
export function parseRawAnswer(raw: Buffer): RawAnswer {
  let text = raw.toString('latin1');
  while (/^HTTP\/1\.[01] 1\d\d/.test(text) && text.includes(headEnd))
    text = text.slice(text.indexOf(headEnd) + headEnd.length);
  const [head = '', ...rest] = text.split(headEnd);
  const [statusLine = '', ...headerLines] = head.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1];
  return {
    raw,
    ...(status !== undefined && { status: Number(status) }),
    statusLine,
    headers: headerLines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    }),
    body: Buffer.from(rest.join(headEnd), 'latin1').toString(),
  };
}

/** Whether a complete final answer with a Content-Length has been received. */
export function isWholeAnswer(raw: Buffer): boolean {
  const answer = parseRawAnswer(raw);
  const length = answer.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  return (
    answer.status !== undefined &&
    answer.status >= 200 &&
    length !== undefined &&
    Buffer.byteLength(answer.body) >= Number(length)
  );
}
