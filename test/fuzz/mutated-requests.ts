import {
  aReport,
  type ClientStyle,
  contentEncodings,
  type CrashReport,
  requestBytes,
  sampleReport,
  type SeededRandom,
} from '#antenna/testing';
import { bodyTokens, mutate } from '#antenna/report-corpus';

const styles: readonly [ClientStyle, ...ClientStyle[]] = [
  'firefox',
  'crashpad',
  'breakpad',
  'fenix',
];
const headTokens = [
  '\r\n',
  '\n',
  '\r\n\r\n',
  ' ',
  ':',
  ';',
  '"',
  'Content-Length: 10\r\n',
  'Content-Length: -1\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Content-Encoding: gzip\r\n',
  'Content-Encoding: br\r\n',
  'Content-Encoding: gzip, gzip\r\n',
  'Content-Type: application/json\r\n',
  'Content-Type: multipart/form-data\r\n',
  'Content-Type: multipart/mixed; boundary=""\r\n',
  'Expect: 100-continue\r\n',
  'Upgrade: websocket\r\nConnection: upgrade\r\n',
  'boundary=',
  'GET /__heartbeat__ HTTP/1.1\r\n',
  'HTTP/1.0',
  '\0',
  '\xff',
];
const chunkTokens = ['0\r\n\r\n', 'ffffffffff\r\n', '-1\r\n', '5;x=y\r\n', 'g\r\n', '\n', '\r'];

/** What a client writes to one connection. */
export interface MutatedConnection {
  /** How many there were before they were mutated. */
  readonly requests: number;
  readonly bytes: Buffer;
  /** `wait`: for the answers; `end`: says that nothing more comes; `reset`: breaks the connection. */
  readonly afterwards: 'wait' | 'end' | 'reset';
  /** Where the bytes are cut, to be sent apart. */
  readonly cuts: readonly number[];
}

/** One to three requests, most of them mutated. */
export function mutatedConnection(random: SeededRandom): MutatedConnection {
  const count = random.below(4) === 0 ? 2 + random.below(2) : 1;
  const requests = Array.from({ length: count }, (_, at) => request(random, at === count - 1));
  const bytes = Buffer.concat(requests);
  return {
    requests: count,
    bytes,
    afterwards: random.oneOf([
      'wait',
      'wait',
      'wait',
      'wait',
      'wait',
      'wait',
      'wait',
      'end',
      'end',
      'reset',
    ]),
    cuts: Array.from({ length: random.below(3) }, () => random.below(bytes.length)).toSorted(
      (left, right) => left - right,
    ),
  };
}

function request(random: SeededRandom, last: boolean): Buffer {
  const { headers, body } = withMutatedBody(report(random), random);
  const { 'Content-Length': length, ...others } = headers;
  const isChunked = random.below(4) === 0;
  const framing = isChunked
    ? { 'Transfer-Encoding': 'chunked' }
    : { 'Content-Length': random.below(40) === 0 ? (length ?? '0') : String(body.length) };
  const [head] = requestBytes(
    { headers: { ...others, ...framing }, body },
    { headers: last ? { Connection: 'close' } : {} },
  );
  const framed = isChunked ? chunked(body, random) : body;
  const headBytes = Buffer.from(head, 'latin1');
  return Buffer.concat([
    random.below(6) === 0 ? mutate(headBytes, random, headTokens) : headBytes,
    framed,
  ]);
}

function report(random: SeededRandom): CrashReport {
  const style = random.oneOf(styles);
  const seed = random.below(1000);
  if (random.below(5) === 0) {
    const annotationsAs = random.oneOf(['extra', 'fields'] as const);
    return sampleReport({ seed, dumpBytes: random.below(20_000), annotationsAs }).inStyleOf(style);
  }
  let built = aReport().inStyleOf(style);
  for (let dumps = random.below(4); dumps > 0; dumps -= 1)
    built = built.withDump(`upload_file_minidump_${random.hex(2)}`, Buffer.from(random.hex(200)));
  if (random.below(3) === 0)
    built = built.withExtra({ Comments: 'Größe', Nested: { a: [1, null] } });
  return random.below(5) === 0 ? built.asMixed() : built;
}

/** Mutates the body before it is compressed, or what the compressor wrote, or nothing. */
function withMutatedBody(report: CrashReport, random: SeededRandom) {
  const plain = report.build();
  const how = random.below(8);
  const encoding = random.oneOf(contentEncodings);
  const encoded = report.encoded(encoding).build();
  if (how < 2) return encoded;
  if (how < 6) return { headers: plain.headers, body: mutate(plain.body, random, bodyTokens) };
  return { headers: encoded.headers, body: mutate(encoded.body, random, bodyTokens) };
}

function chunked(body: Buffer, random: SeededRandom): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = Math.min(body.length, at + 1 + random.below(body.length));
    chunks.push(
      Buffer.from(`${(end - at).toString(16)}\r\n`),
      body.subarray(at, end),
      Buffer.from('\r\n'),
    );
    at = end;
  }
  const framed = Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
  return random.below(5) === 0 ? mutate(framed, random, chunkTokens) : framed;
}
