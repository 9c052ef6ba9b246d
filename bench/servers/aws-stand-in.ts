/** S3 and SQS in memory, as a process of its own, so that their cost is not part of what is measured. */
import { fileURLToPath } from 'node:url';

import { type AwsConnection, freePort, startAwsStandIns } from '#antenna/testing';

import { awsOperation } from './aws-operation.js';
import { ServerProcess } from './server-process.js';

export const stagingBucket = 'antenna-staging';
const crashBucket = 'antenna-crashes';

/** Calls by operation: `PutObject`, `SendMessageBatch` … */
export type AwsCalls = Readonly<Record<string, number>>;

export class AwsStandIn {
  private constructor(
    private readonly server: ServerProcess,
    readonly connection: AwsConnection,
  ) {}

  static async start(): Promise<AwsStandIn> {
    const port = await freePort();
    const entry = fileURLToPath(import.meta.url);
    const server = await ServerProcess.start({ entry, args: [String(port)], env: {}, port });
    return new AwsStandIn(server, (await server.ask('connection')) as AwsConnection);
  }

  /** The settings of a service that uses it. */
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

/** The calls between two counts, per report. */
export function callsPerReport(before: AwsCalls, after: AwsCalls, reports: number): AwsCalls {
  return Object.fromEntries(
    Object.entries(after)
      .map(
        ([operation, count]) => [operation, (count - (before[operation] ?? 0)) / reports] as const,
      )
      .filter(([, perReport]) => perReport > 0),
  );
}

/** Answers `connection` and `calls` (counts by operation) to the parent process. */
async function serve(port: number): Promise<void> {
  const calls: Record<string, number> = {};
  const deadLetter = { queue: 'antenna-intake-dead-letter', maxReceiveCount: 50 };
  const { connection } = await startAwsStandIns({
    port,
    buckets: [stagingBucket, crashBucket],
    queues: [{ name: 'antenna-intake', deadLetter }, 'antenna-processing'],
    onRequest: (request) => {
      const operation = awsOperation(request);
      calls[operation] = (calls[operation] ?? 0) + 1;
    },
  });
  process.on('message', (question) => {
    if (question === 'connection') process.send?.(connection);
    if (question === 'calls') process.send?.(calls);
  });
}

if (import.meta.main) await serve(Number(process.argv[2]));
