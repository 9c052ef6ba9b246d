import { openS3BlobStore } from '#antenna/blob-store';
import { openSqsQueue } from '#antenna/message-queue';
import type { AwsConnection } from '#antenna/testing';

import type { CrashBackend } from './crash-commands.contract.js';

/** A folder of the bucket `crashes`, and the queue `antenna-processing`, emptied. */
export async function awsBackend(
  { s3, sqs }: { readonly s3: AwsConnection; readonly sqs: AwsConnection },
  prefix: string,
): Promise<CrashBackend> {
  const processing = await openSqsQueue({ ...sqs, queueName: 'antenna-processing' });
  const options = { max: 10, waitMs: 0, visibilityTimeoutMs: 60_000 };
  for (const { receipt } of await processing.receive(options)) await processing.delete(receipt);
  return {
    environment: {
      BACKEND: 'aws',
      AWS_REGION: s3.region,
      AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
      S3_ENDPOINT: s3.endpoint,
      SQS_ENDPOINT: sqs.endpoint,
      S3_PATH_STYLE: 'true',
      CRASH_BUCKET: 'crashes',
      CRASH_PREFIX: prefix,
      STAGING_BUCKET: 'staging',
    },
    location: `s3://crashes/${prefix}`,
    crashes: await openS3BlobStore({ ...s3, bucket: 'crashes', prefix }),
    processing,
    dispose: async () => await processing.close(),
  };
}
