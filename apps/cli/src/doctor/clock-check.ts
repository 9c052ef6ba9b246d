import type { S3Client } from '@aws-sdk/client-s3';
import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import { formatAge } from '../human-units.js';
import { type Check, failure, ok, skipped, warning } from './check.js';

/** The header has whole seconds, and the answer takes time. */
const smallSkewMs = 5000;
/** S3 refuses requests from 15 minutes on. */
const largeSkewMs = 300_000;

/** Compares this clock with the date of an answer of S3, also of one that refuses the request. */
export function clockCheck(
  s3: S3Client,
  { bucket, now, abortSignal }: { bucket: string; now: () => Date; abortSignal: AbortSignal },
): Check {
  return {
    name: 'clock',
    async run() {
      const command = new GetBucketVersioningCommand({ Bucket: bucket });
      let skewMs = Number.NaN;
      command.middlewareStack.add(
        (next) => async (args) => {
          const answer = await next(args);
          const { headers = {} } = answer.response as { headers?: Record<string, string> };
          skewMs = now().getTime() - Date.parse(headers['date'] ?? '');
          return answer;
        },
        { step: 'deserialize', priority: 'low' },
      );
      await s3.send(command, { abortSignal }).catch((error: unknown) => {
        if (Number.isNaN(skewMs)) throw error;
      });
      if (Number.isNaN(skewMs)) return skipped('the server sends no date');
      const skew = Math.abs(skewMs);
      if (skew < smallSkewMs) return ok('like that of S3');
      const message = `this clock is ${formatAge(skew)} ${skewMs > 0 ? 'ahead of' : 'behind'} that of S3`;
      const fix = 'synchronize the clock of this node (NTP): crash ids and timestamps come from it';
      return skew < largeSkewMs ? warning(message, fix) : failure(message, fix);
    },
  };
}
