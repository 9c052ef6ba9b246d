import { createHash } from 'node:crypto';

import type { Environment } from '#antenna/service';

import type { IngestBackendConfig } from './backend-config.js';

/** From what the AWS SDK takes addresses and the identity; none of it is secret. */
const sdkVariables = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_SQS',
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
] as const;

/** A hash of where ingest ships, and as whom, as far as settings and environment say it. */
export function backendFingerprint(config: IngestBackendConfig, env: Environment): string {
  const { backend, dataDirectory, region, s3Endpoint, s3PathStyle, sqsEndpoint } = config;
  const { stagingBucket, stagingPrefix, intakeQueue } = config;
  const place =
    backend === 'embedded'
      ? { dataDirectory }
      : {
          region,
          s3Endpoint,
          s3PathStyle,
          sqsEndpoint,
          stagingBucket,
          stagingPrefix,
          intakeQueue,
          sdk: sdkVariables.map((name) => env[name] ?? ''),
        };
  return createHash('sha256').update(JSON.stringify({ backend, place })).digest('hex');
}
