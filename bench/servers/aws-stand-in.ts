import { fileURLToPath } from 'node:url';

import { type AwsConnection, freePort } from '#antenna/testing';

import { ServerProcess } from './server-process.js';

export const stagingBucket = 'antenna-staging';
export const crashBucket = 'antenna-crashes';
export const queueNames = {
  intake: 'antenna-intake',
  deadLetters: 'antenna-intake-dead-letter',
  processing: 'antenna-processing',
} as const;

/** How often each operation was asked for: `PutObject`, `SendMessageBatch` … */
export type AwsCalls = Readonly<Record<string, number>>;

/** The process that takes the place of S3 and SQS. */
export class AwsStandIn {
  private constructor(
    private readonly server: ServerProcess,
    readonly connection: AwsConnection,
  ) {}

  static async start(): Promise<AwsStandIn> {
    const port = await freePort();
    const entry = fileURLToPath(new URL('./aws-stand-in-process.js', import.meta.url));
    const server = await ServerProcess.start({ entry, args: [String(port)], env: {}, port });
    return new AwsStandIn(server, (await server.ask('connection')) as AwsConnection);
  }

  /** What has a service use it. */
  get environment(): Readonly<Record<string, string>> {
    const { endpoint, region, credentials } = this.connection;
    return {
      BACKEND: 'aws',
      S3_ENDPOINT: endpoint,
      S3_PATH_STYLE: 'true',
      SQS_ENDPOINT: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      STAGING_BUCKET: stagingBucket,
      CRASH_BUCKET: crashBucket,
    };
  }

  /** Since its start. */
  async calls(): Promise<AwsCalls> {
    return (await this.server.ask('calls')) as AwsCalls;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}

/** The calls between two counts, for each of so many reports. */
export function callsPerReport(before: AwsCalls, after: AwsCalls, reports: number): AwsCalls {
  return Object.fromEntries(
    Object.entries(after)
      .map(
        ([operation, count]) => [operation, (count - (before[operation] ?? 0)) / reports] as const,
      )
      .filter(([, perReport]) => perReport > 0),
  );
}
