/** `npm run start:aws-local`: runs the services as processes, on in-memory stand-ins for S3 and SQS. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { errorMessage } from '#antenna/errors';
import { createServiceLogger, listen, listenError, loadConfig } from '#antenna/service';
import { startAwsStandIns, waitFor } from '#antenna/testing';

import { writeFirstRules } from '../apps/standalone/src/data-directory.js';
import { StandaloneConfig } from '../apps/standalone/src/standalone.config.js';

const stagingBucket = 'antenna-staging';
const crashBucket = 'antenna-crashes';
const processingDeadLetters = 'antenna-processing-dead-letter';
const apps = resolve(import.meta.dirname, '../apps');

const config = loadConfig(StandaloneConfig);
const ports = {
  ingest: config.port,
  throttleConfig: config.throttleConfigPort,
  crashmover: config.crashmoverPort,
  ...(config.processor && { processor: config.processorPort }),
};
const standInsPort = standInsPortOf();
await assertFree({
  PORT: ports.ingest,
  THROTTLE_CONFIG_PORT: ports.throttleConfig,
  CRASHMOVER_PORT: ports.crashmover,
  ...(ports.processor !== undefined && { PROCESSOR_PORT: ports.processor }),
  STAND_INS_PORT: standInsPort,
});
const standIns = await startAwsStandIns({
  port: standInsPort,
  buckets: [stagingBucket, crashBucket],
  queues: [
    {
      name: 'antenna-intake',
      deadLetter: { queue: 'antenna-intake-dead-letter', maxReceiveCount: 50 },
    },
    {
      name: 'antenna-processing',
      deadLetter: { queue: processingDeadLetters, maxReceiveCount: 1000 },
    },
  ],
});
const directory = await mkdtemp(join(tmpdir(), 'antenna-aws-local-'));
const rulesFile = join(directory, 'throttle-rules.yaml');
await writeFirstRules(rulesFile, config, createServiceLogger('aws-local', config));
const { connection } = standIns;
const aws = {
  BACKEND: 'aws',
  S3_ENDPOINT: connection.endpoint,
  S3_PATH_STYLE: 'true',
  SQS_ENDPOINT: connection.endpoint,
  AWS_REGION: connection.region,
  AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
  STAGING_BUCKET: stagingBucket,
  CRASH_BUCKET: crashBucket,
  PROCESSING_DEAD_LETTER_QUEUE: processingDeadLetters,
};
const services = [
  start('throttle-config', { PORT: String(ports.throttleConfig) }),
  ...(ports.processor === undefined
    ? []
    : [
        start('processor', {
          PORT: String(ports.processor),
          SYMBOL_CACHE_DIR: join(directory, 'symbol-cache'),
        }),
      ]),
  start('crashmover', { PORT: String(ports.crashmover) }),
  start('ingest', {
    PORT: String(ports.ingest),
    SPOOL_DIR: join(directory, 'spool'),
    THROTTLE_CONFIG_URL: urlOf(ports.throttleConfig),
  }),
];

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

await waitFor(
  async () => stopping || (await Promise.all(Object.values(ports).map(isReady))).every(Boolean),
  { timeoutMs: 60_000 },
);
if (!stopping) process.stdout.write(banner());

function start(app: string, settings: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [join(apps, app, 'src/main.js')], {
    // A separate process group: on Ctrl-C, this program stops the services in order.
    detached: true,
    stdio: 'inherit',
    // oxlint-disable-next-line no-process-env -- a child process needs PATH and other variables
    env: { ...process.env, HOST: '127.0.0.1', RULES_FILE: rulesFile, ...aws, ...settings },
  });
}

/** A service would name the variable that it knows, which is always PORT. */
async function assertFree(settings: Readonly<Record<string, number>>): Promise<void> {
  for (const [portSetting, port] of Object.entries(settings)) {
    const server = createServer();
    const address = { host: '127.0.0.1', port };
    try {
      await listen(server, address);
    } catch (error) {
      const problem = listenError(error, { ...address, portSetting });
      process.stderr.write(`start:aws-local cannot start: ${errorMessage(problem)}\n`);
      process.exit(1);
    }
    server.close();
    await once(server, 'close');
  }
}

function standInsPortOf(): number {
  // oxlint-disable-next-line no-process-env -- a tool has no configuration class
  return Number(process.env['STAND_INS_PORT'] ?? 4566);
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function isReady(port: number): Promise<boolean> {
  return (await fetch(`${urlOf(port)}/health/ready`)).ok;
}

function banner(): string {
  const submitUrl = `${urlOf(ports.ingest)}/submit`;
  const environment = Object.entries(aws).map(([name, value]) => `${name}=${value}`);
  return `
Antenna runs as ${services.length} processes on stand-ins for S3 and SQS, in memory. Stop it with Ctrl-C.

  post crash reports to   ${submitUrl}
  rules page              ${urlOf(ports.throttleConfig)}/
  rules                   ${rulesFile}; an edit takes effect at once
  crashmover's health     ${urlOf(ports.crashmover)}/__heartbeat__
  processor's health      ${ports.processor === undefined ? 'PROCESSOR=off' : `${urlOf(ports.processor)}/__heartbeat__`}
  S3 and SQS              ${connection.endpoint} (buckets ${stagingBucket}, ${crashBucket})

Try, in another terminal:

  export ${environment.join(' ')}
  npx antenna send --annotation ProductName=MyGame --url ${submitUrl}
  npx antenna show CRASH_ID
  npx antenna queue ls

`;
}
