import { readdir } from 'node:fs/promises';
import {
  createCrashId,
  serializeIntakeMessage,
  stagedBatchKey,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import { temporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { intakeBody, OperatorData } from '../../test/operator-data.js';
import { runCaptured } from '../../test/run-captured.js';

const unknown = 'de1bb258-cbbf-4589-a673-34f800160918';
let data: OperatorData;

beforeEach(async () => {
  data = await OperatorData.create();
});

afterEach(() => data.dispose());

describe('antenna dead-letter ls', () => {
  it('lists the attributes of each letter and does not change the queue', async () => {
    const one = await data.deadLetter();
    const other = await data.deadLetter({ stage: 'fetch', reason: 'envelope_missing' });
    const before = await data.backend.deadLetters.peek(10);
    const { code, stdout, stderr } = await data.run(['dead-letter', 'ls']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const rows = stdout.split('\n').map((line) => line.split(/\s{2,}/));
    expect(rows[0]).toEqual(['crash id', 'stage', 'reason', 'attempts', 'age']);
    expect(rows.slice(1)).toEqual(
      expect.arrayContaining([
        [one, 'save', 'timeout', '10', expect.stringMatching(/^\ds$/)],
        [other, 'fetch', 'envelope_missing', '10', expect.stringMatching(/^\ds$/)],
        [''],
      ]),
    );
    const after = await data.backend.deadLetters.peek(10);
    expect(after.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it('prints a JSON array with --json', async () => {
    const crashId = await data.deadLetter({ tracestate: 'vendor=1' });
    const { stdout } = await data.run(['dead-letter', 'ls', '--json']);
    expect(JSON.parse(stdout)).toEqual([
      {
        messageId: expect.any(String),
        crashId,
        stage: 'save',
        reason: 'timeout',
        attempts: 10,
        body: intakeBody(crashId),
        deadSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: 'vendor=1',
      },
    ]);
  });

  it('prints the total when it shows fewer letters', async () => {
    for (let index = 0; index < 12; index += 1) await data.deadLetter();
    const { stdout, stderr } = await data.run(['dead-letter', 'ls', '--max', '11']);
    expect(stdout.trim().split('\n')).toHaveLength(12);
    expect(stderr).toBe('11 of 12 dead letters shown; --max shows more\n');
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 12, inFlight: 0 });
  });

  it('reads the crash id of a letter that the queue itself dead-lettered from its message', async () => {
    await data.backend.deadLetters.send([{ body: intakeBody(unknown) }, { body: 'no message' }]);
    const { stdout } = await data.run(['dead-letter', 'ls']);
    expect(stdout).toMatch(new RegExp(`^${unknown}  -      -              -   \\ds$`, 'm'));
    expect(stdout).toMatch(/^unknown\s+-\s+-\s+-\s+\ds$/m);
  });

  it('distinguishes an empty queue from hidden letters', async () => {
    const none = 'no dead letters in intake-dead-letter';
    expect(await data.run(['dead-letter', 'ls'])).toEqual({
      code: 0,
      stdout: '',
      stderr: `${none}\n`,
    });
    await data.deadLetter();
    const { deadLetters } = data.backend;
    await deadLetters.receive({ max: 1, waitMs: 0, visibilityTimeoutMs: 60_000 });
    const { stderr } = await data.run(['dead-letter', 'ls']);
    expect(stderr).toBe(`${none}; 1 hidden because another process has received them\n`);
    expect(await data.run(['dead-letter', 'ls', '--json'])).toMatchObject({ stdout: '[]\n' });
  });
});

describe('antenna dead-letter show', () => {
  it('prints the letter of a crash, advice, and whether its envelope exists', async () => {
    await data.deadLetter();
    const crashId = await data.deadLetter();
    const { code, stdout } = await data.run(['dead-letter', 'show', `bp-${crashId}`]);

    expect(code).toBe(0);
    const rows = stdout.split('\n').map((line) => line.split(/\s{2,}/));
    expect(rows).toEqual([
      ['crash id', crashId],
      ['stage', 'save'],
      ['reason', 'timeout'],
      ['advice', 'S3 or SQS did not answer in time: redrive when they do'],
      ['attempts', '10'],
      ['dead since', expect.stringMatching(/^\d{4}-.*Z \(\ds ago\)$/)],
      ['envelope', expect.stringContaining(`${stagedEnvelopeKey(crashId)} (11 bytes, staged `)],
      ['traceparent', expect.any(String)],
      ['message', intakeBody(crashId)],
      [''],
    ]);
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 2, inFlight: 0 });
  });

  it('prints JSON, with null for a missing envelope', async () => {
    const crashId = await data.deadLetter({ reason: 'envelope_missing' });
    await data.backend.staging.delete(stagedEnvelopeKey(crashId));
    const { stdout } = await data.run(['dead-letter', 'show', crashId, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      crashId,
      reason: 'envelope_missing',
      advice: expect.stringContaining('stored already'),
      envelope: null,
    });
  });

  it('prints advice for unknown reasons, too', async () => {
    const crashId = await data.deadLetter({ reason: 'a_new_one' });
    await data.backend.deadLetters.send([{ body: intakeBody(unknown) }]);
    const known = await data.run(['dead-letter', 'show', crashId]);
    expect(known.stdout).toContain('search the log of crashmover for this crash');
    const byQueue = await data.run(['dead-letter', 'show', unknown]);
    expect(byQueue.stdout).toContain('moved here by the queue');
  });

  it('finds each crash of a batch that could not be read, and its object', async () => {
    const crashIds = [1, 2].map(() => createCrashId({ now: new Date(), verdict: 'accept' }));
    const key = stagedBatchKey(crashIds);
    const crashes = crashIds.map((crashId, n) => {
      const verdict = 'accept' as const;
      return { crashId, offset: 5 * n, size: 5, verdict, trace: {} };
    });
    const body = serializeIntakeMessage({ key, size: 10, crashes });
    await data.backend.staging.put(key, Buffer.alloc(10));
    const attributes = { crash_id: crashIds[0] ?? '', stage: 'fetch', reason: 'access_denied' };
    await data.backend.deadLetters.send([{ body, attributes }]);

    for (const crashId of crashIds) {
      const { stdout } = await data.run(['dead-letter', 'show', crashId]);
      expect(stdout).toMatch(new RegExp(`^crash id +${crashIds.join(' ')}$`, 'm'));
      expect(stdout).toContain(`${key} (10 bytes, staged `);
    }
    const { stdout } = await data.run(['dead-letter', 'redrive', crashIds[1] ?? '']);
    expect(stdout).toBe('1 dead letter sent back to intake\n');
    expect((await data.backend.intake.peek(10)).map((message) => message.body)).toEqual([body]);
  });

  it('fails for a crash without a dead letter', async () => {
    await data.deadLetter();
    expect(await data.run(['dead-letter', 'show', unknown])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no dead letter for ${unknown} in intake-dead-letter\n`,
    });
  });
});

describe('a mistyped data directory', () => {
  it.each([
    [['dead-letter', 'ls']],
    [['dead-letter', 'show', unknown]],
    [['dead-letter', 'redrive', '--all']],
    [['staging', 'ls']],
    [['republish', '--date', '20261122', '--queue', 'other']],
  ])('is not created by %j', async (args) => {
    const empty = await temporaryDirectory();
    const run = await runCaptured([...args, '--data-dir', empty.path]);
    expect(run).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no collector has used ${empty.path} yet: ${empty.path}/crashes does not exist\n`,
    });
    expect(await readdir(empty.path)).toEqual([]);
    expect(await runCaptured([...args, '--data-dir', `${empty.path}/none`])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no data directory at'),
    });
    expect(await readdir(empty.path)).toEqual([]);
    await empty.remove();
  });

  it('is ignored when the environment names S3 and SQS; missing settings are listed', async () => {
    const { code, stderr } = await runCaptured(['dead-letter', 'ls'], {
      environment: { BACKEND: 'aws' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: AWS_REGION is not set.*; .*STAGING_BUCKET.*; .*CRASH_BUCKET.*\n$/,
    );
  });
});
