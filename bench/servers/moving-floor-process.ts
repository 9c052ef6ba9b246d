/**
 * The minimum cost of `npm start`: a bare HTTP server that stores each report in the same steps, each as durable as
 * there, but parses nothing, and has no queue, rules, metrics or log. It spools and answers; then it links the file to
 * staging, reads it back for its checksums, and stores it with two small objects.
 *
 * Arguments: port and directory.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  fdatasync,
  fstatSync,
  fsync,
  linkSync,
  mkdirSync,
  openSync,
  read,
  renameSync,
  unlinkSync,
  write,
  writev,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

import { DirectorySync } from '#antenna/blob-store';
import { free } from '#antenna/memory';

const file = {
  read: promisify(read),
  write: promisify(write),
  writev: promisify(writev),
  fdatasync: promisify(fdatasync),
  fsync: promisify(fsync),
};

/** Like the collector's. */
const batchBytes = 256 * 1024;
const headerBytes = 1024;
const dumpNames = Buffer.from('["upload_file_minidump"]');
const rawCrash = Buffer.alloc(4096, 'x');

const [port = '', directory = ''] = process.argv.slice(2);
const folders = ['tmp', 'spool', 'staging', 'crashes/dump', 'crashes/dump_names'] as const;
for (const folder of [...folders, 'crashes/raw_crash'])
  mkdirSync(join(directory, folder), { recursive: true });
let reports = 0;

const syncs = new Map<string, DirectorySync>();

async function syncFolder(path: string): Promise<void> {
  const sync = syncs.get(path) ?? folderSync(path);
  syncs.set(path, sync);
  await sync.sync();
}

function folderSync(path: string): DirectorySync {
  const descriptor = openSync(path, 'r');
  return new DirectorySync(path, async () => await file.fsync(descriptor));
}

async function spool(request: IncomingMessage, name: string): Promise<string> {
  const temporary = join(directory, 'tmp', name);
  const descriptor = openSync(temporary, 'wx');
  let batch: Buffer[] = [Buffer.alloc(headerBytes)];
  let gathered = 0;
  let checksum = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum);
    batch.push(chunk);
    gathered += chunk.length;
    if (gathered < batchBytes) continue;
    await file.writev(descriptor, batch);
    batch = [];
    gathered = 0;
  }
  if (batch.length > 0) await file.writev(descriptor, batch);
  await file.write(descriptor, Buffer.alloc(headerBytes, String(checksum)), 0, headerBytes, 0);
  const path = join(directory, 'spool', name);
  renameSync(temporary, path);
  await Promise.all([file.fdatasync(descriptor), syncFolder(dirname(path))]);
  closeSync(descriptor);
  return path;
}

async function move(spooled: string): Promise<void> {
  const name = basename(spooled);
  const staged = join(directory, 'staging', name);
  linkSync(spooled, staged);
  await syncFolder(dirname(staged));
  unlinkSync(spooled);
  const bytes = await readStaged(staged);
  crc32(bytes);
  const dump = bytes.subarray(headerBytes);
  await Promise.all([put('dump_names', name, dumpNames), put('dump', name, dump)]);
  createHash('sha256').update(dump).digest('hex');
  await put('raw_crash', name, rawCrash);
  unlinkSync(staged);
  free(bytes);
}

async function readStaged(path: string): Promise<Buffer> {
  const descriptor = openSync(path, 'r');
  const bytes = Buffer.allocUnsafeSlow(fstatSync(descriptor).size);
  await file.read(descriptor, bytes, 0, bytes.length, 0);
  closeSync(descriptor);
  return bytes;
}

async function put(folder: string, name: string, bytes: Buffer): Promise<void> {
  const temporary = join(directory, 'tmp', `${name}.${folder}`);
  const path = join(directory, 'crashes', folder, name);
  const descriptor = openSync(temporary, 'wx');
  await file.write(descriptor, bytes, 0, bytes.length);
  await file.fdatasync(descriptor);
  closeSync(descriptor);
  renameSync(temporary, path);
  await syncFolder(dirname(path));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  reports += 1;
  const path = await spool(request, String(reports));
  const answer = 'CrashID=floor\n';
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': answer.length });
  response.end(answer);
  await move(path);
}

createServer((request, response) => {
  void handle(request, response);
}).listen(Number(port), '127.0.0.1');
