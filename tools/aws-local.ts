/** `npm run start:aws-local`: runs the three services as processes, on in-memory stand-ins for S3 and SQS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { freePort, startAwsStandIns } from '#antenna/testing';

const stagingBucket = 'antenna-staging';
const crashBucket = 'antenna-crashes';
const apps = resolve(import.meta.dirname, '../apps');

const standIns = await startAwsStandIns({
  buckets: [stagingBucket, crashBucket],
  queues: [
    {
      name: 'antenna-intake',
      deadLetter: { queue: 'antenna-intake-dead-letter', maxReceiveCount: 50 },
    },
    'antenna-processing',
  ],
});
const directory = await mkdtemp(join(tmpdir(), 'antenna-aws-local-'));
const ports = {
  ingest: await freePort(),
  throttleConfig: await freePort(),
  crashmover: await freePort(),
};
const { connection } = standIns;
const aws = {
  BACKEND: 'aws',
  HOST: '127.0.0.1',
  S3_ENDPOINT: connection.endpoint,
  S3_PATH_STYLE: 'true',
  SQS_ENDPOINT: connection.endpoint,
  AWS_REGION: connection.region,
  AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
  STAGING_BUCKET: stagingBucket,
  CRASH_BUCKET: crashBucket,
};
const services = [
  start('throttle-config', { PORT: String(ports.throttleConfig) }),
  start('crashmover', { PORT: String(ports.crashmover) }),
  start('ingest', {
    PORT: String(ports.ingest),
    SPOOL_DIR: join(directory, 'spool'),
    THROTTLE_CONFIG_URL: `http://127.0.0.1:${ports.throttleConfig}`,
  }),
];

process.stdout.write(`
Antenna runs as three processes on S3 and SQS stand-ins (in memory). Stop it with Ctrl-C.

  post crash reports to   http://127.0.0.1:${ports.ingest}/submit
  throttle-config         http://127.0.0.1:${ports.throttleConfig}
  crashmover's health     http://127.0.0.1:${ports.crashmover}/__heartbeat__
  S3 and SQS              ${connection.endpoint} (buckets ${stagingBucket}, ${crashBucket})

`);

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  // Ingest first: it drains its spool while crashmover still runs.
  for (const service of services.toReversed()) {
    if (service.exitCode !== null || service.signalCode !== null) continue;
    service.kill('SIGTERM');
    await once(service, 'exit');
  }
  await standIns.stop();
  await rm(directory, { recursive: true, force: true });
};
// SIGHUP: the terminal was closed; services in their own process groups do not receive it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void stop());
for (const service of services) {
  service.on('exit', (code) => {
    if (!stopping) process.exitCode = code ?? 1;
    void stop();
  });
}

function start(app: string, settings: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [join(apps, app, 'src/main.js')], {
    // A separate process group: on Ctrl-C, this program stops the services in order.
    detached: true,
    stdio: 'inherit',
    // oxlint-disable-next-line no-process-env -- a child process needs PATH and other variables
    env: { ...process.env, ...aws, ...settings },
  });
}
