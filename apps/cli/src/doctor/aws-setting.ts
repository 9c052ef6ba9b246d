import { awsFailure } from '#antenna/aws-client';
import { type Check, failure, type Finding, skipped, warning } from './check.js';

/** One setting of a bucket or queue. */
interface Setting<T> {
  /** The action of IAM that reads it. */
  readonly permission: string;
  readonly read: () => Promise<T>;
  /** The server's error when there is no such setting. */
  readonly absent?: string;
  /** What is wrong with it; undefined if there is no such setting. */
  readonly judge: (value: T | undefined) => Finding | Promise<Finding>;
  /** Of the check that reports a bucket or queue that does not exist or answer; the others are skipped then. */
  readonly missing?: Finding;
}

export const accessDenied: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException']);
export const noSuchQueue: readonly string[] = [
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
];
const noSuchPlace: ReadonlySet<string> = new Set(['NoSuchBucket', ...noSuchQueue]);
const notImplemented: ReadonlySet<string> = new Set(['NotImplemented', 'MethodNotAllowed']);

export const notKnown = skipped('not known by this server');
const nothing = skipped('nothing to check: it does not exist, or does not answer');

/** A check of a setting that may not exist, or that the identity may not read, or that the server does not have. */
export function settingCheck<T>(name: string, setting: Setting<T>): Check {
  return {
    name,
    async run() {
      let value: T | undefined;
      try {
        value = await setting.read();
      } catch (error) {
        const finding = findingOf(error, name, setting);
        if (finding) return finding;
      }
      return await setting.judge(value);
    },
  };
}

/** Undefined if the setting is absent. */
function findingOf<T>(
  error: unknown,
  name: string,
  { permission, absent, missing }: Setting<T>,
): Finding | undefined {
  const { name: code, status, reason } = awsFailure(error);
  if (code === absent) return undefined;
  if (noSuchPlace.has(code)) return missing ?? nothing;
  if (notImplemented.has(code)) return notKnown;
  if (accessDenied.has(code)) {
    return warning(
      `not permitted to read this: ${code}`,
      `give ${permission} (k8s/iam/doctor.json), or --skip ${name}`,
    );
  }
  if (missing && status === undefined)
    return failure(`no answer: ${reason}`, 'check endpoint, region, credentials and network');
  if (missing || status !== undefined) throw error;
  return nothing;
}
