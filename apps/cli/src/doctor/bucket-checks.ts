import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { notKnown, settingCheck } from './aws-setting.js';
import { type Check, failure, type Finding, ok, once, warning } from './check.js';
import { type Expiry, expiryOf } from './lifecycle.js';

/** A bucket as the services use it. */
export interface BucketUse {
  readonly id: 'staging' | 'crashes';
  readonly bucket: string;
  /** A folder of the bucket; may be empty. */
  readonly prefix: string;
  /** Judges when objects expire. */
  judgeExpiry(expiry: Expiry): Promise<Finding>;
}

/** Reads the settings of a bucket. */
export function bucketChecks(s3: S3Client, use: BucketUse, abortSignal: AbortSignal): Check[] {
  const { id, bucket } = use;
  const Bucket = { Bucket: bucket };
  const readVersioning = once(
    async () => await s3.send(new GetBucketVersioningCommand(Bucket), { abortSignal }),
  );
  return [
    settingCheck(`${id}.exists`, {
      permission: 's3:GetBucketVersioning',
      read: readVersioning,
      judge: () => ok(`bucket ${bucket}`),
      missing: failure(
        `bucket ${bucket} does not exist`,
        `create it (docs/install.md), or correct ${id === 'staging' ? 'STAGING' : 'CRASH'}_BUCKET`,
      ),
    }),
    settingCheck(`${id}.public-access`, {
      permission: 's3:GetBucketPublicAccessBlock',
      read: async () => await s3.send(new GetPublicAccessBlockCommand(Bucket), { abortSignal }),
      absent: 'NoSuchPublicAccessBlockConfiguration',
      judge: (answer) => judgePublicAccess(bucket, answer?.PublicAccessBlockConfiguration),
    }),
    settingCheck(`${id}.encryption`, {
      permission: 's3:GetEncryptionConfiguration',
      read: async () => await s3.send(new GetBucketEncryptionCommand(Bucket), { abortSignal }),
      absent: 'ServerSideEncryptionConfigurationNotFoundError',
      judge(answer) {
        const rules = answer?.ServerSideEncryptionConfiguration?.Rules;
        if (answer && !rules) return notKnown;
        const algorithm = rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
        return algorithm === undefined
          ? warning(
              'objects are not encrypted by default',
              `aws s3api put-bucket-encryption --bucket ${bucket} --server-side-encryption-configuration file://k8s/aws/encryption.json`,
            )
          : ok(algorithm);
      },
    }),
    settingCheck(`${id}.versioning`, {
      permission: 's3:GetBucketVersioning',
      read: readVersioning,
      judge: (answer) => judgeVersioning(use, answer?.Status),
    }),
    settingCheck(`${id}.lifecycle`, {
      permission: 's3:GetLifecycleConfiguration',
      read: async () =>
        await s3.send(new GetBucketLifecycleConfigurationCommand(Bucket), { abortSignal }),
      absent: 'NoSuchLifecycleConfiguration',
      async judge(answer) {
        const expiry = expiryOf(answer?.Rules ?? [], `${use.prefix}v1/`);
        const finding = await use.judgeExpiry(expiry);
        const keepsVersions = (await readVersioning().catch(() => undefined))?.Status;
        if (finding.status !== 'ok' || keepsVersions === undefined || expiry.oldVersionDays)
          return finding;
        return warning(
          'old versions of deleted and overwritten objects are kept for ever',
          putLifecycle(id, bucket),
        );
      },
    }),
  ];
}

const blocks = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const;

function judgePublicAccess(
  bucket: string,
  block: PublicAccessBlockConfiguration | undefined,
): Finding {
  // S3 always answers all four; a server that answers none does not know the request.
  if (block && blocks.every((name) => block[name] === undefined)) return notKnown;
  const open = blocks.filter((name) => block?.[name] !== true);
  if (open.length === 0) return ok('blocked');
  return failure(
    `public access is not blocked: ${open.join(', ')}`,
    `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration file://k8s/aws/public-access-block.json`,
  );
}

function judgeVersioning({ id, bucket }: BucketUse, status: string | undefined): Finding {
  if (status === 'Enabled') return ok('on');
  if (id === 'staging') return ok('off');
  return warning(
    'a crash that is deleted or overwritten by mistake is lost',
    `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
  );
}

export function putLifecycle(id: BucketUse['id'], bucket: string): string {
  return `aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration file://k8s/aws/${id}-lifecycle.json`;
}
