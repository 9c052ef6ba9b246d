import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';

/**
 * The whole object in one Buffer of its announced length. The body itself fails when its bytes do not have
 * the stored checksum, which the SDK compares.
 * @throws Error when the bytes are fewer than announced or damaged
 */
export async function downloadBody({
  Body,
  ContentLength: length,
}: GetObjectCommandOutput): Promise<Buffer> {
  if (length === undefined || Body === undefined)
    throw new Error('the answer does not say how long the object is');
  const bytes = Buffer.allocUnsafe(length);
  let size = 0;
  for await (const chunk of Body as AsyncIterable<Buffer>) size += chunk.copy(bytes, size);
  if (size !== length) throw new Error(`the answer ended after ${size} of ${length} bytes`);
  return bytes;
}
