/** The CPU time of putting a report's envelope into S3. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type BlobBody, openS3BlobStore, type S3BlobStoreOptions } from '#antenna/blob-store';

import { AwsStandIn, stagingBucket } from '../servers/aws-stand-in.js';
import { cpuMicroseconds, runMicro } from './run-micro.js';

/** CPU milliseconds per put; each figure is one round. */
export interface S3Puts {
  readonly fromMemoryMs: number[];
  /** From a file that was written before, like ingest ships it. */
  readonly fromFileMs: number[];
}

const bytes = 610_000;
const puts = 150;
/** A batch, like ingest ships them. */
const atOnce = 10;

/** @param directory for the file */
export async function measureS3Puts(rounds: number, directory: string): Promise<S3Puts> {
  const standIn = await AwsStandIn.start();
  try {
    const store = { ...standIn.connection, bucket: stagingBucket };
    return await runMicro(import.meta.url, JSON.stringify(store), directory, String(rounds));
  } finally {
    await standIn.stop();
  }
}

async function s3Puts(
  options: S3BlobStoreOptions,
  directory: string,
  rounds: number,
): Promise<S3Puts> {
  const store = await openS3BlobStore(options);
  /** Separate buffers, like in a real process: a single one would stay in the processor's cache. */
  const memory = Array.from({ length: atOnce }, () => randomBytes(bytes));
  const file = { path: join(directory, 'envelope'), size: bytes };
  await writeFile(file.path, randomBytes(bytes));
  const files = memory.map(() => file);
  const msPerPut = async (bodies: readonly BlobBody[]): Promise<number> => {
    const us = await cpuMicroseconds(async () => {
      for (let done = 0; done < puts; done += atOnce)
        await Promise.all(bodies.map(async (body, n) => await store.put(`put-${n}`, body)));
    });
    return us / puts / 1000;
  };
  const result: S3Puts = { fromMemoryMs: [], fromFileMs: [] };
  for (const bodies of [memory, files, memory, files]) await msPerPut(bodies);
  for (let round = 0; round < rounds; round += 1) {
    result.fromMemoryMs.push(await msPerPut(memory));
    result.fromFileMs.push(await msPerPut(files));
  }
  return result;
}

if (import.meta.main) {
  const [options = '', directory = '', rounds = '1'] = process.argv.slice(2);
  const store = JSON.parse(options) as S3BlobStoreOptions;
  process.stdout.write(JSON.stringify(await s3Puts(store, directory, Number(rounds))));
}
