import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  freePort,
  rawRequest,
  type RunningProcess,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

const MiB = 1024 * 1024;
const maxUploads = 64;
/** The memory limit of the chart's pods of ingest, of which half is the heap: charts/antenna/templates/_pod.tpl. */
const limit = { pod: 768 * MiB, heapMiB: 384 };
const nodeFlags = ['--max-semi-space-size=8', '--heap-growing-percent=200'];
const entry = resolve(import.meta.dirname, '../../dist/apps/ingest/src/main.js');

/** The peak of resident memory can only be read on Linux. */
const onLinux = process.platform === 'linux' ? describe : describe.skip;

const field = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name: string, type: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\nContent-Type: ${type}\r\n\r\n${value}\r\n`;
const product = field('ProductName', 'Firefox') + field('ReleaseChannel', 'nightly');
const extra = (json: string): string => `${file('extra', 'application/json', json)}--b--\r\n`;
const body = (...parts: readonly string[]): string => `${product}${parts.join('')}--b--\r\n`;
const times = (count: number, make: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The start of a report whose end is missing, so that its decoder stays. */
const unfinished = Buffer.from(
  product + file('m', 'application/octet-stream', '\0'.repeat(40 * MiB)),
);
const cut = (compressed: Buffer): Buffer => compressed.subarray(0, -1);

interface Bomb {
  readonly encoding: 'gzip' | 'br' | 'zstd' | 'identity';
  readonly bytes: Buffer;
  /** The client keeps the connection open without an end of the body. */
  readonly unfinished?: true;
  /** How many are sent at once: `MAX_UPLOADS` unless given. */
  readonly uploads?: number;
}

const gzipped = (text: string): Bomb => ({ encoding: 'gzip', bytes: gzipSync(text) });
const controls = (bytes: number): string => '\x01'.repeat(bytes);

/** Names and reports; each is small on the wire. */
const bombs: Readonly<Record<string, () => Bomb>> = {
  'control characters beside one character outside Latin-1': () =>
    gzipped(
      body(field('A', `\u0101${controls(20 * MiB)}`), field('B', `\u0101${controls(11 * MiB)}`)),
    ),
  'control characters just below the caps': () =>
    gzipped(body(...times(3, (n) => field(`A${n}`, `\u0101${controls(1.9 * MiB)}`)))),
  'characters of two bytes below the caps': () =>
    gzipped(body(...times(4, (n) => field(`A${n}`, '\u0101'.repeat(0.95 * MiB))))),
  'JSON with escaped characters': () =>
    gzipped(extra(`{"ProductName":"Firefox","\\n":"x","A":"${'\\u0101'.repeat(1.3 * MiB)}"}`)),
  'JSON with lists of unprintable characters': () =>
    gzipped(extra(`{${times(4, (n) => `"A${n}":["'\\"${'\x7f'.repeat(1.9 * MiB)}"]`).join(',')}}`)),
  'JSON with long numbers': () =>
    gzipped(extra(`{"A":[${times(19_000, () => `1.${'0'.repeat(400)}`).join(',')}]}`)),
  'JSON with 199,000 keys with a common prefix': () =>
    gzipped(extra(`{${times(199_000, (n) => `"${'p'.repeat(30)}${n}":1`).join(',')}}`)),
  'JSON with 19,000 long keys with a common prefix': () =>
    gzipped(extra(`{${times(19_000, (n) => `"\u{1f600}${'p'.repeat(380)}${n}":1`).join(',')}}`)),
  '4,990 dumps': () =>
    gzipped(body(...times(4990, () => file('d', 'application/octet-stream', 'x')))),
  '4,990 annotations with headers of 16 KiB': () =>
    gzipped(
      body(
        ...times(4990, (n) =>
          field(`name_of_annotation_${n}`, 'x').replace(
            '\r\n\r\n',
            `\r\nX-Filler: ${'x'.repeat(16_000)}\r\n\r\n`,
          ),
        ),
      ),
    ),
  'chunks of one byte': () => ({
    encoding: 'identity',
    // Node's HTTP parser takes microseconds for each chunk: more uploads would only wait for each other.
    uploads: 16,
    bytes: Buffer.from(
      body(field('A', 'x'.repeat(100_000)), file('d', 'a/b', 'x'.repeat(100_000))),
    ),
  }),
  'brotli windows of 16 MiB': () => ({
    encoding: 'br',
    bytes: cut(
      brotliCompressSync(unfinished, {
        params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 5 },
      }),
    ),
    unfinished: true,
  }),
  'zstd windows of 8 MiB': () => ({
    encoding: 'zstd',
    bytes: cut(zstdCompressSync(unfinished, { params: { [constants.ZSTD_c_windowLog]: 23 } })),
    unfinished: true,
  }),
};

onLinux('the memory of ingest (skipped where there is no /proc)', () => {
  let directory: TemporaryDirectory;
  let ingest: RunningProcess;
  let port: number;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    port = await freePort();
    ingest = await startProcess([...nodeFlags, entry], {
      env: {
        NODE_OPTIONS: `--max-old-space-size=${limit.heapMiB}`,
        HOST: '127.0.0.1',
        PORT: String(port),
        ANTENNA_DATA_DIR: directory.path,
        SPOOL_DIR: join(directory.path, 'spool'),
        SPOOL_MIN_FREE: '0B',
        MAX_UPLOADS: String(maxUploads),
        IDLE_TIMEOUT: '8s',
      },
    });
    await ingest.waitForLine('listening on http', { timeoutMs: 30_000 });
  });

  afterEach(async () => {
    ingest.kill();
    await ingest.exit;
    await directory.remove();
  });

  it.each(Object.keys(bombs))('stays below the limit of its pod under %s', async (name) => {
    const bomb = bombs[name]?.();
    if (bomb === undefined) throw new Error(`no bomb ${name}`);
    expect(bomb.bytes.length).toBeLessThan(MiB);
    const request = requestOf(bomb);
    const probes = new Probes(port);
    const answers = await Promise.all(
      Array.from(
        { length: bomb.uploads ?? maxUploads },
        async () => await rawRequest(port, [request], { timeoutMs: 120_000 }),
      ),
    );
    const statuses = answers.map(({ status = 0 }) => status);
    const answered = await probes.stop();
    // Each is answered on the wire contract: refused or stored, and none with an internal error.
    expect(statuses.filter((status) => ![200, 400, 408, 413, 503].includes(status))).toEqual([]);
    expect(answered).toBeGreaterThan(0);
    expect(probes.failures).toEqual([]);
    expect(ingest.lines.filter((line) => line.includes('unexpected error'))).toEqual([]);
    expect(await peakBytes()).toBeLessThan(limit.pod);
  });

  async function peakBytes(): Promise<number> {
    const status = await readFile(`/proc/${ingest.pid}/status`, 'utf8');
    const kibibytes = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
    return kibibytes * 1024;
  }
});

/** The whole request; an unfinished one announces one more byte. */
function requestOf({ encoding, bytes, unfinished: isCut }: Bomb): Buffer {
  const head = [
    'POST /submit HTTP/1.1',
    'Host: a',
    'Content-Type: multipart/form-data; boundary=b',
    `Content-Encoding: ${encoding}`,
  ];
  if (encoding === 'identity') {
    const chunks = Array.from(bytes, (byte) => `1\r\n${String.fromCodePoint(byte)}\r\n`);
    const lines = [...head, 'Transfer-Encoding: chunked', '', chunks.join('')];
    return Buffer.from(`${lines.join('\r\n')}0\r\n\r\n`);
  }
  const length = `Content-Length: ${bytes.length + (isCut === true ? 1 : 0)}`;
  return Buffer.concat([Buffer.from([...head, length, '', ''].join('\r\n')), bytes]);
}

/** Asks as the kubelet does, one question after the other. */
class Probes {
  readonly failures: unknown[] = [];
  private answered = 0;
  private stopping = false;
  private readonly asking: Promise<void>;

  constructor(port: number) {
    this.asking = this.ask(`http://127.0.0.1:${port}/health/live`);
  }

  /** Returns how many were answered. */
  async stop(): Promise<number> {
    this.stopping = true;
    await this.asking;
    return this.answered;
  }

  private async ask(url: string): Promise<void> {
    while (!this.stopping) {
      try {
        const { status } = await fetch(url, { signal: AbortSignal.timeout(5000) });
        if (status !== 200) this.failures.push(status);
        this.answered += 1;
      } catch (error) {
        this.failures.push(error);
      }
    }
  }
}
