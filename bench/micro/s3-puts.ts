import { AwsStandIn, stagingBucket } from '../servers/aws-stand-in.js';
import { runMicro } from './run-micro.js';

/** What it costs a process to put a report's envelope into S3; each figure is one round. */
export interface S3Puts {
  /** CPU milliseconds a put from memory. */
  readonly fromMemoryMs: number[];
  /** The same from a file that was written before, as ingest ships it. */
  readonly fromFileMs: number[];
}

/** @param directory for the file */
export async function measureS3Puts(rounds: number, directory: string): Promise<S3Puts> {
  const standIn = await AwsStandIn.start();
  try {
    const store = { ...standIn.connection, bucket: stagingBucket };
    return await runMicro<S3Puts>('s3-puts-process', JSON.stringify(store), directory, `${rounds}`);
  } finally {
    await standIn.stop();
  }
}
