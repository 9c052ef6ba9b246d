/** `antenna doctor` behind a gate with the policies of k8s/iam, and with live services. */
import { resolve } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import {
  type AwsStandIns,
  freePort,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { AwsGate } from './aws-gate.js';
import { IamPolicy } from './iam-policy.js';

const root = resolve(import.meta.dirname, '../..');
const roles = [
  'ingest',
  'crashmover',
  'processor',
  'operator',
  'reader',
  'eraser',
  'systemtest',
  'doctor',
] as const;

interface Finding {
  readonly name: string;
  readonly status: string;
  readonly message: string;
}

let standIns: AwsStandIns;
let gate: AwsGate | undefined;

beforeAll(async () => {
  const deadLetter = { queue: 'antenna-intake-dead-letter', maxReceiveCount: 50 };
  standIns = await startAwsStandIns({
    buckets: ['antenna-staging', 'antenna-crashes'],
    queues: [
      { name: 'antenna-intake', deadLetter },
      {
        name: 'antenna-processing',
        deadLetter: { queue: 'antenna-processing-dead-letter', maxReceiveCount: 1000 },
      },
    ],
  });
});

afterEach(async () => {
  await gate?.close();
  gate = undefined;
});

afterAll(() => standIns.stop());

/** The environment of an identity with this policy of k8s/iam. */
async function identity(policy: string): Promise<Record<string, string>> {
  gate = await AwsGate.before(standIns.connection.endpoint, IamPolicy.ofComponent(policy));
  return environment(gate.url);
}

function environment(endpoint: string): Record<string, string> {
  return {
    ...standIns.environment,
    BACKEND: 'aws',
    S3_ENDPOINT: endpoint,
    S3_PATH_STYLE: 'true',
    SQS_ENDPOINT: endpoint,
    STAGING_BUCKET: 'antenna-staging',
    CRASH_BUCKET: 'antenna-crashes',
    PROCESSING_DEAD_LETTER_QUEUE: 'antenna-processing-dead-letter',
  };
}

async function doctor(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number | null; findings: readonly Finding[] }> {
  const command = [`${root}/dist/apps/cli/src/main.js`, 'doctor', ...args, '--json'];
  const run = await startProcess(command, { env });
  const { code } = await run.exit;
  const { findings } = JSON.parse(run.stdout.join('\n')) as { findings: readonly Finding[] };
  return { code, findings };
}

function ofStatus(status: string, findings: readonly Finding[]): readonly string[] {
  return findings.filter((finding) => finding.status === status).map(({ name }) => name);
}

describe('antenna doctor with k8s/iam/doctor.json', () => {
  it('may read every setting, and needs all that it may read', async () => {
    const { findings } = await doctor(await identity('doctor'));
    expect(findings.length).toBeGreaterThan(15);
    expect(findings.filter(({ message }) => message.includes('not permitted'))).toEqual([]);
    expect(gate?.violations).toEqual([]);
    const called = [...(gate?.calls.keys() ?? [])];
    expect(called.toSorted()).toEqual(IamPolicy.ofComponent('doctor').actions);
  });
});

describe('antenna doctor --as', () => {
  it.each(roles)('finds that the policy of %s allows what it needs, and no more', async (role) => {
    const { code, findings } = await doctor(await identity(role), '--as', role);
    expect(findings.length).toBeGreaterThan(10);
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(code).toBe(0);
  });

  it('finds that ingest has the rights of crashmover', async () => {
    const { code, findings } = await doctor(await identity('crashmover'), '--as', 'ingest');
    expect(code).toBe(1);
    expect(ofStatus('error', findings)).toEqual([
      'ingest.staging.list',
      'ingest.staging.get',
      'ingest.staging.delete',
      'ingest.crashes.list',
      'ingest.crashes.get',
      'ingest.crashes.put',
      'ingest.intake.take',
    ]);
  });

  it('finds what crashmover lacks with the rights of ingest', async () => {
    const { findings } = await doctor(await identity('ingest'), '--as', 'crashmover');
    expect(ofStatus('error', findings)).toEqual([
      'crashmover.staging.list',
      'crashmover.staging.get',
      'crashmover.staging.delete',
      'crashmover.crashes.list',
      'crashmover.crashes.get',
      'crashmover.crashes.put',
      'crashmover.intake.take',
    ]);
  });
});

describe('antenna doctor with live services', () => {
  let directory: TemporaryDirectory;
  let services: RunningProcess[];

  beforeAll(async () => {
    directory = await temporaryDirectory();
    services = [];
  });

  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await directory.remove();
  });

  async function start(service: string, env: Record<string, string>): Promise<string> {
    const port = String(await freePort());
    const process = await startProcess([`${root}/dist/apps/${service}/src/main.js`], {
      env: { HOST: '127.0.0.1', LOG_FORMAT: 'json', PORT: port, ...env },
    });
    services.push(process);
    await process.waitForLine('listening on', { timeoutMs: 30_000 });
    return `http://127.0.0.1:${port}`;
  }

  it('finds them ready, with the live rules of their source', async () => {
    const rules = `${root}/charts/antenna/files/throttle-rules/mozilla.yaml`;
    const throttleConfig = await start('throttle-config', { RULES_FILE: rules });
    const env = environment(standIns.connection.endpoint);
    const spool = { SPOOL_DIR: `${directory.path}/spool` };
    const ingest = await start('ingest', {
      ...env,
      ...spool,
      THROTTLE_CONFIG_URL: throttleConfig,
    });
    const urls = ['--ingest-url', ingest, '--throttle-config-url', throttleConfig];
    const { findings } = await doctor(env, ...urls);
    expect(ofStatus('ok', findings)).toEqual(
      expect.arrayContaining([
        'ingest.ready',
        'ingest.backends',
        'throttle-config.ready',
        'rules.live',
        'rules.edit',
      ]),
    );
    expect(ofStatus('error', findings)).toEqual([]);
  }, 60_000);
});
