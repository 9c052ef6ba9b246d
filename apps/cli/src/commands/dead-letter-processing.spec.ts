import { createCrashId, rawCrashKey } from '#antenna/crash-report';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorData } from '../../test/operator-data.js';

const processing = ['--queue', 'processing'];
let data: OperatorData;

beforeEach(async () => {
  data = await OperatorData.create();
});

afterEach(() => data.dispose());

/** What the processor leaves of a crash that it gave up on. */
async function letterOf({
  body = createCrashId({ now: new Date(), verdict: 'accept' }),
  crashId = body,
  reason = 'timeout',
}: { body?: string; crashId?: string; reason?: string } = {}): Promise<string> {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const attributes = { crash_id: crashId, stage: 'read', reason, attempts: '10', traceparent };
  await data.backend.processingDeadLetters.send([{ body, attributes }]);
  return body;
}

describe('antenna dead-letter --queue processing', () => {
  it('lists what the processor gave up, and not what crashmover did', async () => {
    await data.deadLetter();
    const crashId = await letterOf();
    const { code, stdout } = await data.run(['dead-letter', 'ls', ...processing]);
    expect({ code, lines: stdout.trim().split('\n').length }).toEqual({ code: 0, lines: 2 });
    expect(stdout).toMatch(new RegExp(`^${crashId} +read +timeout +10 `, 'm'));
  });

  it('lists nothing before the processor has dead-lettered anything', async () => {
    expect(await data.run(['dead-letter', 'ls', ...processing])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no dead letters in processing-dead-letter\n',
    });
  });

  it('reads the crash id of a letter that the queue itself dead-lettered from its message', async () => {
    const crashId = createCrashId({ now: new Date(), verdict: 'accept' });
    await data.backend.processingDeadLetters.send([{ body: crashId }]);
    const { stdout } = await data.run(['dead-letter', 'show', crashId, ...processing]);
    expect(stdout).toContain('moved here by the queue: the processor crashed');
  });

  it('shows advice for the processor, and whether the crash is stored', async () => {
    const crashId = await letterOf({ reason: 'crash_missing' });
    const show = ['dead-letter', 'show', crashId, ...processing];
    const missing = await data.run(show);
    expect(missing.stdout).toMatch(/^advice +the crash is not stored: erased, or is CRASH_BUCKET/m);
    expect(missing.stdout).toMatch(/^raw crash +not stored$/m);
    const missingJson = JSON.parse((await data.run([...show, '--json'])).stdout);
    expect(missingJson).toMatchObject({ body: crashId, rawCrash: null });
    expect(missingJson).not.toHaveProperty('envelope');

    await data.backend.crashes.put(rawCrashKey(crashId), Buffer.from('{}'));
    expect((await data.run(show)).stdout).toContain(`${rawCrashKey(crashId)} (2 bytes, stored `);
  });

  it('redrives to the processing queue the crash id with only its trace context', async () => {
    const crashId = await letterOf();
    const other = await letterOf();
    const redrive = ['dead-letter', 'redrive', ...processing];
    expect(await data.run([...redrive, crashId])).toEqual({
      code: 0,
      stdout: '1 dead letter sent back to processing\n',
      stderr: '',
    });
    expect(await data.backend.processing.peek(10)).toEqual([
      expect.objectContaining({
        body: crashId,
        attributes: { traceparent: expect.stringMatching(/^00-0af7/) },
      }),
    ]);
    const left = await data.backend.processingDeadLetters.peek(10);
    expect(left.map(({ body }) => body)).toEqual([other]);
    expect(await data.backend.intake.depth()).toMatchObject({ visible: 0 });
  });

  it('leaves out with --all what fails again, and prints hostile messages safely', async () => {
    const crashId = await letterOf();
    await letterOf({
      body: '\u001b[31mnot a crash',
      crashId: 'unknown',
      reason: 'invalid_message',
    });
    await letterOf({ reason: 'crash_missing' });
    await letterOf({ reason: 'invalid_key' });
    const { stdout } = await data.run(['dead-letter', 'redrive', '--all', ...processing]);
    expect(stdout).toBe(
      '1 dead letter sent back to processing\n' +
        'left out, since they fail again until their cause is fixed: 1 invalid_message, 1 crash_missing, 1 invalid_key (then add --force)\n',
    );
    const sent = await data.backend.processing.peek(10);
    expect(sent.map(({ body }) => body)).toEqual([crashId]);
    const listed = await data.run(['dead-letter', 'ls', ...processing]);
    expect(listed.stdout).toMatch(/^unknown +read +invalid_message/m);
    expect(listed.stdout).not.toContain('\u001b');
  });

  it('names the queues that it knows', async () => {
    const { code, stderr } = await data.run(['dead-letter', 'ls', '--queue', 'procesing']);
    expect(code).toBe(1);
    expect(stderr).toContain('Allowed choices are intake, processing.');
  });
});
