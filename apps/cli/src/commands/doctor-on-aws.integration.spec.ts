import { readFileSync } from 'node:fs';
import {
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { openSqsQueue } from '#antenna/message-queue';
import {
  type AwsStandIns,
  type ScriptedServer,
  startAwsStandIns,
  startScriptedServer,
} from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { doctorOf } from '../../test/doctor-findings.js';
import { runCaptured } from '../../test/run-captured.js';

const intake = 'antenna-intake';
const deadLetter = { queue: 'antenna-intake-dead-letter', maxReceiveCount: 50 };

describe('antenna doctor on S3 and SQS', () => {
  let standIns: AwsStandIns;
  let environment: Record<string, string>;
  let s3: S3Client;
  let sqs: SQSClient;
  let now: () => Date;

  beforeEach(async () => {
    standIns = await startAwsStandIns({
      buckets: ['staging', 'crashes'],
      queues: [{ name: intake, deadLetter }, 'antenna-processing'],
    });
    Object.assign(process.env, standIns.environment);
    const { connection } = standIns;
    environment = {
      BACKEND: 'aws',
      AWS_REGION: connection.region,
      S3_ENDPOINT: connection.endpoint,
      SQS_ENDPOINT: connection.endpoint,
      STAGING_BUCKET: 'staging',
      CRASH_BUCKET: 'crashes',
    };
    s3 = new S3Client({ ...connection, forcePathStyle: true });
    sqs = new SQSClient(connection);
    now = () => new Date();
    for (const bucket of ['staging', 'crashes']) await setLifecycle(bucket, rulesOf(bucket));
  });

  afterEach(async () => {
    s3.destroy();
    sqs.destroy();
    await standIns.stop();
  });

  const doctor = doctorOf(async (args) => runCaptured(['doctor', ...args], { environment, now }));

  async function setLifecycle(Bucket: string, Rules: LifecycleRule[]): Promise<void> {
    const LifecycleConfiguration = { Rules };
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
  }

  async function expire(bucket: string, Days: number): Promise<void> {
    await setLifecycle(bucket, [{ Status: 'Enabled', Filter: {}, Expiration: { Days } }]);
  }

  async function setIntake(Attributes: Record<string, string>): Promise<void> {
    const QueueUrl = `${standIns.connection.endpoint}/000000000000/${intake}`;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  }

  async function sendTo(queueName: string): Promise<void> {
    const queue = await openSqsQueue({ ...standIns.connection, queueName });
    await queue.send([{ body: 'a' }]);
    await queue.close();
  }

  it('has one line for each check, in a fixed order', async () => {
    const { code, stdout, stderr } = await doctor.run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))).toEqual([
      'ok staging.exists',
      'skipped staging.public-access',
      'skipped staging.encryption',
      'ok staging.versioning',
      'ok staging.lifecycle',
      'ok crashes.exists',
      'skipped crashes.public-access',
      'skipped crashes.encryption',
      'warning crashes.versioning',
      'ok crashes.lifecycle',
      'ok intake.depth',
      'ok intake.retention',
      'ok intake.redrive',
      'ok processing.depth',
      'ok processing.retention',
      'ok dead-letters.depth',
      'ok dead-letters.retention',
      'ok clock',
      'skipped ingest.ready',
      'skipped ingest.backends',
      'skipped throttle-config.ready',
      'skipped rules.live',
      'skipped rules.edit',
      'skipped rules.instances',
      '',
    ]);
    expect(stdout).toMatch(/\. Fix: aws s3api put-bucket-versioning --bucket crashes .*\n/);
  });

  it('reports staged objects that expire before their messages', async () => {
    await expire('staging', 7);
    expect((await doctor.findings())['staging.lifecycle']).toEqual({
      status: 'error',
      message: 'objects expire after 7 days; their messages live for up to 4 + 4 days',
      fix: expect.stringContaining('k8s/aws/staging-lifecycle.json'),
    });
    await expire('staging', 8);
    expect((await doctor.findings())['staging.lifecycle']).toMatchObject({ status: 'ok' });
    await setIntake({ MessageRetentionPeriod: String(14 * 86_400) });
    expect((await doctor.findings())['staging.lifecycle']).toMatchObject({ status: 'error' });
  });

  it('warns of buckets without lifecycle rules, and queues that keep messages for hours', async () => {
    await standIns.createBucket('empty');
    Object.assign(environment, { STAGING_BUCKET: 'empty', CRASH_BUCKET: 'empty' });
    await setIntake({ MessageRetentionPeriod: '3600' });
    const kept = {
      status: 'warning',
      message: expect.stringMatching(/^no lifecycle rule .* for ever$/),
    };
    expect(await doctor.findings()).toMatchObject({
      'staging.lifecycle': kept,
      'crashes.lifecycle': {
        ...kept,
        fix: 'aws s3api put-bucket-lifecycle-configuration --bucket empty --lifecycle-configuration file://k8s/aws/crashes-lifecycle.json',
      },
      'intake.retention': { status: 'warning', message: 'messages are kept for 1h' },
    });
  });

  it.each([
    [undefined, 'error', 'no redrive policy'],
    [
      { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:other', maxReceiveCount: 50 },
      'error',
      'go to other',
    ],
    [
      {
        deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${deadLetter.queue}`,
        maxReceiveCount: 10,
      },
      'warning',
      'after 10 receives, before crashmover',
    ],
  ])('judges the redrive policy %j', async (policy, status, message) => {
    await standIns.createQueue('other');
    await setIntake({ RedrivePolicy: policy === undefined ? '' : JSON.stringify(policy) });
    expect((await doctor.findings())['intake.redrive']).toEqual({
      status,
      message: expect.stringContaining(message),
      fix: 'see RedrivePolicy in k8s/aws/intake-queue.json',
    });
  });

  it('counts messages, and warns of dead letters', async () => {
    await sendTo(intake);
    await sendTo(deadLetter.queue);
    expect(await doctor.findings()).toMatchObject({
      'intake.depth': { status: 'ok', message: '1 message waits, 0 in flight' },
      'dead-letters.depth': { status: 'warning', message: '1 dead letter' },
    });
  });

  it('reports what does not exist once, with the setting to correct', async () => {
    Object.assign(environment, { CRASH_BUCKET: 'crahses', PROCESSING_QUEUE: 'procesing' });
    expect(await doctor.findings()).toMatchObject({
      'crashes.exists': {
        status: 'error',
        message: 'bucket crahses does not exist',
        fix: expect.stringContaining('CRASH_BUCKET'),
      },
      'crashes.lifecycle': { status: 'skipped' },
      'processing.depth': {
        status: 'error',
        message: 'queue procesing does not exist',
        fix: expect.stringContaining('PROCESSING_QUEUE'),
      },
      'processing.retention': { status: 'skipped' },
      'staging.lifecycle': { status: 'ok' },
    });
  });

  it.each([
    [20_000, 'warning', 'this clock is 20s ahead of that of S3'],
    [-600_000, 'error', 'this clock is 10m behind that of S3'],
  ])('compares the clock when it differs by %i ms', async (skewMs, status, message) => {
    // Half a second more, since the header has whole seconds.
    now = () => new Date(Date.now() + skewMs + Math.sign(skewMs) * 500);
    const { clock } = await doctor.findings();
    expect(clock).toMatchObject({
      status,
      message: expect.stringMatching(/^this clock is \d+[sm] (ahead|behind)/),
    });
    expect(clock?.message.replace(/1\d+s|21s/, '20s').replace('9m', '10m')).toBe(message);
  });

  describe('with a server of its own for S3', () => {
    let server: ScriptedServer;

    beforeEach(async () => {
      server = await startScriptedServer();
      environment['S3_ENDPOINT'] = server.url;
    });

    afterEach(() => server.stop());

    it.each([
      ['true', { status: 'ok', message: 'blocked' }],
      [
        'false',
        {
          status: 'error',
          message: 'public access is not blocked: RestrictPublicBuckets',
          fix: expect.stringContaining('put-public-access-block --bucket crashes'),
        },
      ],
    ])('judges the block of public access that is %s', async (text, expected) => {
      server.script((response) => response.end(publicAccessBlock(text)));
      expect((await doctor.findings())['crashes.public-access']).toEqual(expected);
    });

    it('names the permission for what it may not read, which is no error', async () => {
      server.script((response) =>
        response
          .writeHead(403)
          .end('<Error><Code>AccessDenied</Code><Message>no</Message></Error>'),
      );
      const { code, stdout } = await doctor.run('--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ errors: 0, warnings: 10 });
      expect((await doctor.findings())['crashes.lifecycle']).toEqual({
        status: 'warning',
        message: 'not permitted to read this: AccessDenied',
        fix: 'give s3:GetLifecycleConfiguration (k8s/iam/doctor.json), or --skip crashes.lifecycle',
      });
    });

    it('finishes the other checks when S3 hangs or is not there', async () => {
      server.script(() => undefined);
      expect(await doctor.findings('--timeout', '1s')).toMatchObject({
        'staging.exists': { status: 'error', message: expect.stringContaining('within 1000 ms') },
        'intake.redrive': { status: 'ok' },
      });
      await server.stop();
      expect(await doctor.findings()).toMatchObject({
        'staging.exists': {
          status: 'error',
          message: expect.stringMatching(/^no answer: .*ECONNREFUSED/),
        },
        'staging.encryption': { status: 'skipped' },
        'intake.redrive': { status: 'ok' },
      });
      server = await startScriptedServer();
    });
  });
});

function publicAccessBlock(restrictPublicBuckets: string): string {
  const others = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy']
    .map((name) => `<${name}>true</${name}>`)
    .join('');
  return `<PublicAccessBlockConfiguration>${others}<RestrictPublicBuckets>${restrictPublicBuckets}</RestrictPublicBuckets></PublicAccessBlockConfiguration>`;
}

/** As docs/install.md sets them. */
function rulesOf(bucket: string): LifecycleRule[] {
  const json = readFileSync(`k8s/aws/${bucket}-lifecycle.json`, 'utf8');
  return (JSON.parse(json) as { Rules: LifecycleRule[] }).Rules;
}
