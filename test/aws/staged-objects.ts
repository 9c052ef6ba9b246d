import type { BlobStore } from '#antenna/blob-store';
import { isBatchKey, stagedBatchKey } from '#antenna/crash-report';

/** An object of the staging store, and where each of its envelopes starts. */
export interface StagedObject {
  readonly key: string;
  readonly bytes: Buffer;
  readonly offsets: ReadonlyMap<string, number>;
}

const envelopeStart = /\{"antenna_envelope":1,"crash_id":"([0-9a-f-]{36})"/g;

/** @throws Error if the key of a batch is not that of the crashes in it */
export async function stagedObjects(staging: BlobStore): Promise<StagedObject[]> {
  const objects: StagedObject[] = [];
  for await (const { key } of staging.list('v1/')) {
    const bytes = await staging.get(key);
    const starts = bytes.toString('latin1').matchAll(envelopeStart);
    const offsets = new Map([...starts].map(({ 1: crashId = '', index }) => [crashId, index]));
    if (isBatchKey(key) && key !== stagedBatchKey([...offsets.keys()]))
      throw new Error(`${key} has other crashes: ${[...offsets.keys()].join(', ')}`);
    objects.push({ key, bytes, offsets });
  }
  return objects;
}

/** Keys of those that are left over: unannounced batches whose crashes were shipped again in other batches. */
export function orphansAmong(
  objects: readonly StagedObject[],
  published: ReadonlySet<string>,
): string[] {
  const isShipped = ({ offsets }: StagedObject): boolean =>
    offsets.size > 0 && [...offsets.keys()].every((crashId) => published.has(crashId));
  return objects.filter((one) => isBatchKey(one.key) && isShipped(one)).map(({ key }) => key);
}
