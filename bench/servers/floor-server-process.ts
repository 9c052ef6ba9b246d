/**
 * The minimum cost of receiving reports on this machine: a bare HTTP server that inflates each body that is
 * gzipped, writes it to a file, syncs it, and answers. It does not parse the body.
 *
 * Arguments: port, directory, and `store` or `discard` (read the body and write nothing).
 */
import { close, fdatasync, open, writev } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';

/** The callback API: FileHandle costs more. */
const file = {
  open: promisify(open),
  writev: promisify(writev),
  sync: promisify(fdatasync),
  close: promisify(close),
};

/** Written at once, like the collector does, so that both hold the same amount in memory. */
const batchBytes = 1024 * 1024;

/** Inflated at once, like the collector does. */
const chunkSize = 64 * 1024;

const [port = '', directory = '', mode = 'store'] = process.argv.slice(2);
let reports = 0;

async function store(request: IncomingMessage): Promise<void> {
  reports += 1;
  const descriptor = await file.open(join(directory, `${reports}`), 'wx', 0o600);
  let batch: Buffer[] = [];
  let gathered = 0;
  const flush = async (): Promise<void> => {
    const full = batch;
    batch = [];
    gathered = 0;
    if (full.length > 0) await file.writev(descriptor, full);
  };
  const isGzip = request.headers['content-encoding'] === 'gzip';
  const body = isGzip ? request.pipe(createGunzip({ chunkSize })) : request;
  await new Promise<void>((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      batch.push(chunk);
      gathered += chunk.length;
      if (gathered < batchBytes) return;
      body.pause();
      flush().then(() => body.resume(), reject);
    });
    request.on('error', reject);
    body.on('end', resolve).on('error', reject);
  });
  await flush();
  await file.sync(descriptor);
  await file.close(descriptor);
}

async function discard(request: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    request.on('end', resolve).on('error', reject).resume();
  });
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

createServer((request, response) => {
  const received = mode === 'store' ? store(request) : discard(request);
  received.then(
    () => answer(response, 200, mode === 'store' ? 'CrashID=floor\n' : 'Discarded=floor'),
    (error: unknown) => answer(response, 500, String(error)),
  );
}).listen(Number(port), '127.0.0.1');
