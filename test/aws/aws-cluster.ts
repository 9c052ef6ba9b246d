/** The three services as processes on S3 and SQS stand-ins, each behind a gate with its own IAM policy. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { type BlobStore, openS3BlobStore } from '#antenna/blob-store';
import { type MessageQueue, openSqsQueue } from '#antenna/message-queue';
import {
  type AwsStandIns,
  freePort,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
} from '#antenna/testing';

import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

export type Component = 'ingest' | 'crashmover' | 'throttle-config';

const staging = 'antenna-staging';
const crashes = 'antenna-crashes';
const deadLetters = 'antenna-intake-dead-letter';

export const maxAttempts = 30;

/** Short, so that what takes minutes in production happens within the test. */
const crashmoverPace = {
  VISIBILITY_TIMEOUT: '3s',
  RETRY_BASE: '200ms',
  RETRY_MAX: '2s',
  MAX_ATTEMPTS: String(maxAttempts),
};

/** Environment variables of components. */
type Settings = Readonly<Partial<Record<Component, Readonly<Record<string, string>>>>>;

export class AwsCluster {
  private readonly processes = new Map<Component, RunningProcess>();
  private readonly started: { component: Component; process: RunningProcess }[] = [];

  private constructor(
    private readonly standIns: AwsStandIns,
    readonly ingestGate: AwsGate,
    readonly crashmoverGate: AwsGate,
    private readonly env: Readonly<Record<Component, Readonly<Record<string, string>>>>,
    /** As an operator sees them: not through a gate. */
    readonly staging: BlobStore,
    readonly crashes: BlobStore,
    readonly intake: MessageQueue,
    readonly processing: MessageQueue,
    readonly deadLetters: MessageQueue,
  ) {}

  static async on(directory: string, settings: Settings = {}): Promise<AwsCluster> {
    const standIns = await startAwsStandIns({
      buckets: [staging, crashes],
      queues: [
        { name: 'antenna-intake', deadLetter: { queue: deadLetters, maxReceiveCount: 1000 } },
        'antenna-processing',
      ],
    });
    const { connection } = standIns;
    const ingestGate = await AwsGate.before(connection.endpoint, IamPolicy.ofComponent('ingest'));
    const crashmoverGate = await AwsGate.before(
      connection.endpoint,
      IamPolicy.ofComponent('crashmover'),
    );
    const aws = (gate: AwsGate): Record<string, string> => ({
      BACKEND: 'aws',
      S3_ENDPOINT: gate.url,
      S3_PATH_STYLE: 'true',
      SQS_ENDPOINT: gate.url,
      AWS_REGION: connection.region,
      AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
      STAGING_BUCKET: staging,
    });
    const throttleConfigPort = await freePort();
    const env = {
      'throttle-config': {
        PORT: String(throttleConfigPort),
        RULES_FILE: resolve(
          import.meta.dirname,
          '../../charts/antenna/files/throttle-rules/mozilla.yaml',
        ),
      },
      ingest: {
        ...aws(ingestGate),
        PORT: String(await freePort()),
        SPOOL_DIR: `${directory}/spool`,
        // The stand-in for S3 takes no object above 11 MiB.
        SHIP_BATCH_BYTES: '8MiB',
        THROTTLE_CONFIG_URL: `http://127.0.0.1:${throttleConfigPort}`,
        ...settings.ingest,
      },
      crashmover: {
        ...aws(crashmoverGate),
        ...crashmoverPace,
        CRASH_BUCKET: crashes,
        PORT: String(await freePort()),
        ...settings.crashmover,
      },
    };
    const queue = async (queueName: string): Promise<MessageQueue> =>
      await openSqsQueue({ ...connection, queueName });
    return new AwsCluster(
      standIns,
      ingestGate,
      crashmoverGate,
      env,
      await openS3BlobStore({ ...connection, bucket: staging }),
      await openS3BlobStore({ ...connection, bucket: crashes }),
      await queue('antenna-intake'),
      await queue('antenna-processing'),
      await queue(deadLetters),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.env.ingest['PORT']}/submit`;
  }

  process(component: Component): RunningProcess {
    const process = this.processes.get(component);
    if (!process) throw new Error(`${component} was not started`);
    return process;
  }

  async start(component: Component): Promise<void> {
    const entry = resolve(import.meta.dirname, `../../dist/apps/${component}/src/main.js`);
    const env = { HOST: '127.0.0.1', LOG_FORMAT: 'json', ...this.env[component] };
    const process = await startProcess([entry], { env });
    this.processes.set(component, process);
    this.started.push({ component, process });
    await process.waitForLine('listening on', { timeoutMs: 30_000 });
  }

  /** The most attempts that any crash was given, as crashmover's log has them, over all its runs. */
  get mostAttempts(): number {
    const attempts = this.started
      .filter(({ component }) => component === 'crashmover')
      .flatMap(({ process }) => process.stdout)
      .map((line) => Number(/"attempt":(\d+)/.exec(line)?.[1] ?? 0));
    return attempts.reduce((most, attempt) => Math.max(most, attempt), 0);
  }

  /** Whether nothing that ingest announced waits, is in work, or is about to be announced. */
  async isDrained(): Promise<boolean> {
    const spooled = await readdir(`${this.env.ingest['SPOOL_DIR']}/envelopes`);
    const { visible, inFlight } = await this.intake.depth();
    return spooled.length + visible + inFlight === 0;
  }

  async kill(component: Component): Promise<void> {
    const process = this.process(component);
    process.kill('SIGKILL');
    await process.exit;
  }

  async close(): Promise<void> {
    for (const process of this.processes.values()) {
      process.kill('SIGKILL');
      await process.exit;
    }
    await this.ingestGate.close();
    await this.crashmoverGate.close();
    for (const queue of [this.intake, this.processing, this.deadLetters]) await queue.close();
    await this.standIns.stop();
  }
}
