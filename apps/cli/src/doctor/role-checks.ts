import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DeleteMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { awsFailure } from '#antenna/aws-client';
import { healthObject } from '#antenna/blob-store';
import {
  createCrashId,
  serializeIntakeMessage,
  singleCrashMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import { accessDenied, noSuchQueue } from './aws-setting.js';
import { type Check, failure, ok } from './check.js';
import type { InspectedQueue } from './queue-checks.js';
import { type Action, isAllowed, permissions, type Place, type RoleName, tried } from './roles.js';

/** Errors of a server that would have done the call for this identity. */
const permittedErrors: ReadonlySet<string> = new Set([
  'NoSuchKey',
  'NotFound',
  'PreconditionFailed',
  'ReceiptHandleIsInvalid',
]);

/** SQS also says this of a queue that exists. */
const refused: ReadonlySet<string> = new Set([...accessDenied, ...noSuchQueue]);

/** No crash has this id. */
const noCrash = '19700101/antenna-doctor';

/** The services' buckets and queues, as one identity reaches them. */
export interface TriedPlaces {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly buckets: Readonly<Record<'staging' | 'crashes', { bucket: string; prefix: string }>>;
  readonly queues: readonly InspectedQueue[];
  readonly now: Date;
}

/** Tries what this identity can do, without an effect on crashes, and compares it with what its role needs. */
export function roleChecks(
  role: RoleName,
  places: TriedPlaces,
  abortSignal: AbortSignal,
): readonly Check[] {
  // The optional processor's queue may not be there.
  const isThere = (place: Place): boolean =>
    place in places.buckets || places.queues.some(({ id }) => id === place);
  const triedHere = tried.filter(([place]) => isThere(place));
  return triedHere.flatMap(([place, actions]) =>
    actions.map((action) => ({
      name: `${role}.${place}.${action}`,
      async run() {
        const isPermitted = await isAnyPermitted(attemptsOf(place, action, places, abortSignal));
        const needed = isAllowed(role, place, action);
        const permission = permissions[action];
        if (isPermitted === needed) return ok(needed ? 'permitted' : 'refused, as it must be');
        return needed
          ? failure(
              'refused, or it does not exist',
              `add ${permission} to its policy (k8s/iam/${role}.json)`,
            )
          : failure(
              'permitted, but must not be',
              `remove ${permission} from its policy (k8s/iam/${role}.json)`,
            );
      },
    })),
  );
}

type Attempt = () => Promise<unknown>;

/** A policy can be for a part of a bucket, so that several objects are tried. */
async function isAnyPermitted(attempts: readonly Attempt[]): Promise<boolean> {
  for (const attempt of attempts) {
    try {
      await attempt();
      return true;
    } catch (error) {
      const { name } = awsFailure(error);
      if (permittedErrors.has(name)) return true;
      if (!refused.has(name)) throw error;
    }
  }
  return false;
}

function attemptsOf(
  place: Place,
  action: Action,
  { s3, sqs, buckets, queues, now }: TriedPlaces,
  abortSignal: AbortSignal,
): readonly Attempt[] {
  if (place === 'staging' || place === 'crashes')
    return bucketAttempts(place, action, { s3, ...buckets[place] }, abortSignal);
  const queue = queues.find(({ id }) => id === place);
  if (!queue) return [];
  return [
    async () => {
      const QueueUrl = await queue.url();
      return action === 'send'
        ? await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: probeMessage(now) }), {
            abortSignal,
          })
        : await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'antenna-doctor' }), {
            abortSignal,
          });
    },
  ];
}

function bucketAttempts(
  place: 'staging' | 'crashes',
  action: Action,
  { s3, bucket, prefix }: { s3: S3Client; bucket: string; prefix: string },
  abortSignal: AbortSignal,
): readonly Attempt[] {
  const Bucket = bucket;
  const health = { Bucket, Key: prefix + healthObject.key };
  const missing = {
    Bucket,
    Key: `${prefix}v1/${place === 'staging' ? 'envelope' : 'raw_crash'}/${noCrash}`,
  };
  const options = { abortSignal };
  const attempts: Partial<Record<Action, readonly Attempt[]>> = {
    list: [() => s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }), options)],
    get: [health, missing].map((object) => async () => {
      const { Body: body } = await s3.send(new GetObjectCommand(object), options);
      await body?.transformToByteArray();
    }),
    // The second one cannot succeed. It would suffice if S3 did not also require s3:GetObject for an ETag.
    put: [
      { ...health, Body: healthObject.body, IfNoneMatch: '*' },
      { ...missing, Body: '', IfMatch: '"00000000000000000000000000000000"' },
    ].map((object) => () => s3.send(new PutObjectCommand(object), options)),
    // Without the condition, a bucket with versions would get a delete marker.
    delete: [() => s3.send(new DeleteObjectCommand({ ...missing, IfMatch: '*' }), options)],
  };
  return attempts[action] ?? [];
}

/** Like the message of ingest's startup gate, but without an object: crashmover deletes it. */
function probeMessage(now: Date): string {
  const crashId = createCrashId({ now, verdict: 'defer' });
  const key = stagedEnvelopeKey(crashId);
  const message = singleCrashMessage({ crashId, key, size: 0, verdict: 'defer' });
  return serializeIntakeMessage({ ...message, probe: true });
}
