import {
  type CrashmoverBackend,
  CrashmoverBackendConfig,
  openCrashmoverBackend,
} from '#antenna/backends';
import { createCrashId, rawCrashKey, stagedEnvelopeKey } from '#antenna/crash-report';
import { openSqsQueue } from '#antenna/message-queue';
import { loadConfig } from '#antenna/service';
import { type AwsStandIns, startAwsStandIns } from '#antenna/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { intakeBody } from '../../test/operator-data.js';
import { runCaptured } from '../../test/run-captured.js';

describe('antenna on S3 and SQS', () => {
  let standIns: AwsStandIns;
  let environment: Record<string, string>;
  let backend: CrashmoverBackend;
  let crashId: string;

  beforeAll(async () => {
    standIns = await startAwsStandIns({
      buckets: ['staging', 'crashes'],
      queues: [
        'antenna-intake',
        'antenna-processing',
        'antenna-intake-dead-letter',
        'antenna-processing-dead-letter',
        'reprocessing',
      ],
    });
    // The SDK's own chain of credentials looks only here.
    Object.assign(process.env, standIns.environment);
    const { endpoint, region } = standIns.connection;
    environment = {
      BACKEND: 'aws',
      AWS_REGION: region,
      S3_ENDPOINT: endpoint,
      S3_PATH_STYLE: 'true',
      SQS_ENDPOINT: endpoint,
      STAGING_BUCKET: 'staging',
      STAGING_PREFIX: 'antenna/',
      CRASH_BUCKET: 'crashes',
    };
    backend = await openCrashmoverBackend(loadConfig(CrashmoverBackendConfig, environment));
  });

  afterAll(async () => {
    await backend.close();
    await standIns.stop();
  });

  beforeEach(async () => {
    crashId = createCrashId({ now: new Date('2026-11-22T10:00:00Z'), verdict: 'accept' });
    await backend.staging.put(stagedEnvelopeKey(crashId), Buffer.from('an envelope'));
    await backend.crashes.put(rawCrashKey(crashId), Buffer.from('{}'));
    const attributes = {
      crash_id: crashId,
      stage: 'save',
      reason: 'access_denied',
      attempts: '10',
      traceparent: '00-1-2-01',
    };
    await backend.deadLetters.send([{ body: intakeBody(crashId), attributes }]);
  });

  function run(...args: string[]) {
    return runCaptured(args, { environment, now: () => new Date() });
  }

  it('lists, shows and redrives dead letters', async () => {
    expect((await run('dead-letter', 'ls')).stdout).toContain(`${crashId}  save   access_denied`);
    const shown = await run('dead-letter', 'show', crashId, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({
      crashId,
      traceparent: '00-1-2-01',
      envelope: { size: 11 },
    });
    const redriven = await run('dead-letter', 'redrive', '--all');
    expect(redriven).toEqual({
      code: 0,
      stdout: '1 dead letter sent back to intake\n',
      stderr: '',
    });
    expect(await receive(backend.intake)).toMatchObject([
      { body: intakeBody(crashId), attributes: { traceparent: '00-1-2-01' } },
    ]);
    expect(await receive(backend.deadLetters)).toEqual([]);
  });

  it('shows and compares crashes of a bucket', async () => {
    const shown = await run('show', crashId, '--stored', 's3://crashes');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /^No stack, because this crash is not processed: .*\n\{\}\nno dumps\n$/s,
    );
    const same = await run('compare', '--stored', 's3://crashes', 's3://crashes/');
    expect(same).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nthe same\n$/) });
    const missing = await run('compare', '--stored', 's3://no', 's3://crashes');
    expect(missing.stderr).toMatch(/^error: s3:\/\/no has no valid bucket name.*\n$/);
  });

  it('lists staged envelopes', async () => {
    const { stdout } = await run('staging', 'ls', '--json');
    expect(JSON.parse(stdout)).toContainEqual({
      crashId,
      key: stagedEnvelopeKey(crashId),
      size: 11,
      stagedAt: expect.any(String),
    });
  });

  it('republishes to the processing queue, and rejects a queue that does not exist', async () => {
    const { code, stdout } = await run('republish', '--date', '20261122', '--confirm');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^sent \d of \d crash ids? to queue antenna-processing\n$/),
    });
    const bodies = (await receive(backend.processing)).map(({ body }) => body);
    expect(bodies).toContain(crashId);

    const mistyped = await run('republish', '--date', '20261122', '--queue', 'reprocesing');
    expect(mistyped).toMatchObject({ code: 1, stdout: '' });
    expect(mistyped.stderr).toMatch(/^error: .*reprocesing.*\n$/);
    const other = await run('republish', '--date', '20261122', '--queue', 'reprocessing');
    expect(other.stdout).toMatch(/^would send \d crash ids? to queue reprocessing\n/);
  });

  it('forwards from the crash bucket, by day or by a named queue', async () => {
    const url = 'http://127.0.0.1:1/submit';
    const dryRun = await run('forward', '--url', url, '--date', '20261122', '--dry-run');
    expect(dryRun.stderr).toContain(
      `not forwarded: ${crashId}: its list of dump names is missing\n`,
    );
    const queueUrl = await standIns.createQueue('stage');
    const queue = await openSqsQueue({ ...standIns.connection, queueUrl });
    await queue.send([{ body: crashId }]);
    await queue.close();
    const queued = await run('forward', '--url', url, '--queue', 'stage');
    expect(queued.stderr).toContain(`not forwarded: ${crashId}: its list`);
    const mistyped = await run('forward', '--url', url, '--queue', 'stagee');
    expect(mistyped.stderr).toMatch(/^error: .*stagee.*\n$/);
  });

  it('lists the queues of SQS, and refuses commands that work only on a data directory', async () => {
    await backend.processing.send([{ body: crashId }]);
    const { code, stdout } = await run('queue', 'ls');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/\s+/)[0])).toEqual([
      'queue',
      'antenna-intake',
      'antenna-processing',
      'antenna-intake-dead-letter',
      '',
    ]);
    expect(stdout).toMatch(/^antenna-processing +[1-9]/m);
    environment['PROCESSING_DEAD_LETTER_QUEUE'] = 'antenna-processing-dead-letter';
    expect((await run('queue', 'ls')).stdout).toMatch(/^antenna-processing-dead-letter +0/m);
    delete environment['PROCESSING_DEAD_LETTER_QUEUE'];
    for (const command of ['peek', 'receive']) {
      expect(await run('queue', command, 'antenna-processing')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('BACKEND=aws: this command works only on the queues of a'),
      });
    }
    expect(await run('spool', 'ls')).toMatchObject({
      code: 1,
      stderr: 'error: BACKEND=aws: name the directory of the spool with --spool-dir\n',
    });
  });

  it('redrives what the processor gave up', async () => {
    const queueName = 'antenna-processing-dead-letter';
    const letters = await openSqsQueue({ ...standIns.connection, queueName });
    const attributes = { crash_id: crashId, stage: 'read', reason: 'access_denied' };
    await letters.send([{ body: crashId, attributes }]);
    await letters.close();
    const processing = ['--queue', 'processing'];
    expect((await run('dead-letter', 'ls', ...processing)).stdout).toContain(crashId);
    await receive(backend.processing);
    expect(await run('dead-letter', 'redrive', '--all', ...processing)).toMatchObject({
      code: 0,
      stdout: '1 dead letter sent back to processing\n',
    });
    expect(await receive(backend.processing)).toMatchObject([{ body: crashId }]);
  });

  it('shows a crash of the bucket, and where a crash waits that is not stored', async () => {
    const shown = await run('show', crashId, '--json');
    expect(JSON.parse(shown.stdout)).toEqual({
      crashId,
      processed: null,
      rawCrash: {},
      dumps: [],
    });

    const waiting = createCrashId({ now: new Date('2026-11-22T10:00:00Z'), verdict: 'accept' });
    await backend.staging.put(stagedEnvelopeKey(waiting), Buffer.from('an envelope'));
    expect(await run('show', waiting)).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no crash ${waiting} in bucket crashes; it is staged for crashmover: object ${stagedEnvelopeKey(waiting)} in bucket staging\n`,
    });
    await backend.staging.delete(stagedEnvelopeKey(waiting));
    expect((await run('show', waiting)).stderr).toContain('may be in a batch or in a spool');
  });
});

/** What is on the queue, taken off it. */
async function receive(queue: CrashmoverBackend['intake']) {
  const options = { max: 10, waitMs: 0, visibilityTimeoutMs: 60_000 };
  const messages = await queue.receive(options);
  await Promise.all(messages.map(({ receipt }) => queue.delete(receipt)));
  return messages;
}
