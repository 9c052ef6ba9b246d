import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '#antenna/aws-client';
import type { CrashmoverBackendConfig } from '#antenna/backends';
import type { CliContext } from '../cli-context.js';
import { usesProcessor } from '../stored/open-backend.js';
import { bucketChecks, type BucketUse, putLifecycle } from './bucket-checks.js';
import { type Check, failure, ok, warning } from './check.js';
import { clockCheck } from './clock-check.js';
import { InspectedQueue, maxRetentionDays, type QueueId, queueChecks } from './queue-checks.js';
import { roleChecks } from './role-checks.js';
import type { RoleName } from './roles.js';

const maxSockets = 32;
/** Of MAX_ATTEMPTS. */
const defaultMaxAttempts = 10;

/** The checks of buckets and queues; or, of a role, those of what its identity can do. */
export function awsChecks(
  config: CrashmoverBackendConfig,
  role: RoleName | undefined,
  context: CliContext,
  signal: AbortSignal,
): { readonly checks: readonly Check[]; close(): void } {
  const { environment, now } = context;
  const { region, s3Endpoint, sqsEndpoint } = config;
  const s3 = new S3Client({
    ...clientConfig({ region, endpoint: s3Endpoint }, maxSockets),
    forcePathStyle: config.s3PathStyle || s3Endpoint !== undefined,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const sqs = new SQSClient(clientConfig({ region, endpoint: sqsEndpoint }, maxSockets));
  const queue = (...[id, name]: [InspectedQueue['id'], string]) =>
    new InspectedQueue(id, name, sqs, signal);
  const intake = queue('intake', config.intakeQueue);
  const processing = queue('processing', config.processingQueue);
  const deadLetters = queue('dead-letters', config.deadLetterQueue);
  const { PROCESSING_DEAD_LETTER_QUEUE: lettersOfProcessor = '' } = environment;
  const processingDeadLetters = usesProcessor(context)
    ? queue('processing-dead-letters', lettersOfProcessor)
    : undefined;
  const queues = [
    intake,
    processing,
    deadLetters,
    ...(processingDeadLetters ? [processingDeadLetters] : []),
  ];
  const staging = { bucket: config.stagingBucket ?? '', prefix: folder(config.stagingPrefix) };
  const crashes = { bucket: config.crashBucket ?? '', prefix: folder(config.crashPrefix) };
  const clock = clockCheck(s3, { bucket: staging.bucket, now, abortSignal: signal });
  const buckets: readonly BucketUse[] = [
    {
      id: 'staging',
      ...staging,
      async judgeExpiry({ someDays = Infinity, allDays }) {
        const [inIntake = 0, inDeadLetters = 0] = await Promise.all(
          [intake, deadLetters].map(async (one) => (await one.retentionDays()) ?? maxRetentionDays),
        );
        const fix = putLifecycle('staging', staging.bucket);
        if (someDays < inIntake + inDeadLetters) {
          return failure(
            `objects expire after ${someDays} days; their messages live for up to ${inIntake} + ${inDeadLetters} days`,
            `shorten MessageRetentionPeriod, or ${fix}`,
          );
        }
        return allDays === undefined
          ? warning('no lifecycle rule for all objects: those without a message stay for ever', fix)
          : ok(`objects expire after ${allDays} days`);
      },
    },
    {
      id: 'crashes',
      ...crashes,
      judgeExpiry: async ({ allDays }) =>
        allDays === undefined
          ? warning(
              'no lifecycle rule for all crashes: they are kept for ever',
              putLifecycle('crashes', crashes.bucket),
            )
          : ok(`crashes expire after ${allDays} days`),
    },
  ];
  const { MAX_ATTEMPTS: attempts = '' } = environment;
  const maxAttempts = Number(attempts) || defaultMaxAttempts;
  const places = { s3, sqs, buckets: { staging, crashes }, queues, now: now() };
  const lettersOf: Partial<Record<QueueId, InspectedQueue | undefined>> = {
    intake: deadLetters,
    processing: processingDeadLetters,
  };
  const checks =
    role === undefined
      ? [
          ...buckets.flatMap((use) => bucketChecks(s3, use, signal)),
          ...queues.flatMap((one) =>
            queueChecks(one, { deadLetters: lettersOf[one.id], maxAttempts }),
          ),
          clock,
        ]
      : [...roleChecks(role, places, signal), clock];
  return {
    checks,
    close() {
      s3.destroy();
      sqs.destroy();
    },
  };
}

function folder(prefix: string): string {
  return prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
}
