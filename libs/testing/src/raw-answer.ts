/** An HTTP answer as it came over the wire, interim (1xx) answers left out of the fields. */
export interface RawAnswer {
  /** Every byte received, interim answers included. */
  readonly raw: Buffer;
  /** Absent when no status line came. */
  readonly status?: number;
  /** Without the line end; empty when none came. */
  readonly statusLine: string;
  /** Names in the letter case of the wire. */
  readonly headers: [name: string, value: string][];
  /** What followed the headers; a chunked body is left in its chunks. */
  readonly body: string;
}

const headEnd = '\r\n\r\n';

/** Takes the received bytes apart; they may end anywhere. */
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

/** Whether a final answer with a Content-Length has come in full. */
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
