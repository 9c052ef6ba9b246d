/**
 * Puts an object of a report's size into a store again and again, and prints `S3Puts` as JSON. Arguments: options
 * of the store as JSON, folder, rounds.
 */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type BlobBody, openS3BlobStore, type S3BlobStoreOptions } from '#antenna/blob-store';

import { cpuMicroseconds } from './cpu-time.js';
import type { S3Puts } from './s3-puts.js';

const [options = '', directory = '', rounds = '1'] = process.argv.slice(2);
const bytes = 610_000;
const puts = 150;
/** A batch, as ingest ships them. */
const atOnce = 10;

const store = await openS3BlobStore(JSON.parse(options) as S3BlobStoreOptions);
/** Buffers of their own, as in reality: one for all would stay in the processor's cache. */
const memory = Array.from({ length: atOnce }, () => randomBytes(bytes));
const file = { path: join(directory, 'envelope'), size: bytes };
await writeFile(file.path, randomBytes(bytes));
const files = memory.map(() => file);

async function msPerPut(bodies: readonly BlobBody[]): Promise<number> {
  const us = await cpuMicroseconds(async () => {
    for (let done = 0; done < puts; done += atOnce) {
      const batch = bodies.map(async (body, n) => await store.put(`put-${n}`, body));
      await Promise.all(batch);
    }
  });
  return us / puts / 1000;
}

const result: S3Puts = { fromMemoryMs: [], fromFileMs: [] };
for (const body of [memory, files, memory, files]) await msPerPut(body);
for (let round = 0; round < Number(rounds); round += 1) {
  result.fromMemoryMs.push(await msPerPut(memory));
  result.fromFileMs.push(await msPerPut(files));
}
process.stdout.write(JSON.stringify(result));
