import { parseIntakeMessage } from '#antenna/crash-report';
import { waitFor } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { intakeBody, OperatorData } from '../../test/operator-data.js';
import { CapturedOutput, runCaptured } from '../../test/run-captured.js';

const unknown = 'de1bb258-cbbf-4589-a673-34f800160918';
const redrive = ['dead-letter', 'redrive'];
let data: OperatorData;

beforeEach(async () => {
  data = await OperatorData.create();
});

afterEach(() => data.dispose());

async function someLetters(count: number): Promise<string[]> {
  const crashIds: string[] = [];
  for (let index = 0; index < count; index += 1) crashIds.push(await data.deadLetter());
  return crashIds;
}

async function crashIdsOn(queue: 'intake' | 'deadLetters'): Promise<string[]> {
  const messages = await data.backend[queue].peek(1000);
  return messages.flatMap(({ body }) =>
    parseIntakeMessage(body).crashes.map(({ crashId }) => crashId),
  );
}

describe('antenna dead-letter redrive', () => {
  it('sends the original message with only the trace context, and deletes the letter', async () => {
    const [crashId = '', other] = await someLetters(2);
    expect(await data.run([...redrive, crashId])).toEqual({
      code: 0,
      stdout: '1 dead letter sent back to intake\n',
      stderr: '',
    });
    expect(await data.backend.intake.peek(10)).toMatchObject([
      {
        body: intakeBody(crashId),
        receiveCount: 0,
        attributes: { traceparent: expect.stringMatching(/^00-0af7/) },
      },
    ]);
    const [message] = await data.backend.intake.peek(1);
    expect(Object.keys(message?.attributes ?? {})).toEqual(['traceparent']);
    expect(await crashIdsOn('deadLetters')).toEqual([other]);
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 1, inFlight: 0 });
  });

  it('sends all letters with --all', async () => {
    const crashIds = await someLetters(23);
    const { code, stdout } = await data.run([...redrive, '--all', '--rate', '1000']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '23 dead letters sent back to intake\n' });
    expect((await crashIdsOn('intake')).toSorted()).toEqual(crashIds.toSorted());
    expect(await crashIdsOn('deadLetters')).toEqual([]);
  });

  it('leaves out with --all what fails again until its cause is fixed, unless forced', async () => {
    const [sent = ''] = await someLetters(1);
    const unknownReason = await data.deadLetter({ reason: 'a_new_one' });
    const missing = await data.deadLetter({ stage: 'fetch', reason: 'envelope_missing' });
    await data.deadLetter({ stage: 'verify', reason: 'damaged_envelope' });
    await data.deadLetter({ stage: 'fetch', reason: 'envelope_missing' });
    const dryRun = await data.run([...redrive, '--all', '--dry-run', '--json']);
    expect(JSON.parse(dryRun.stdout)).toMatchObject({
      found: 2,
      leftOut: { envelope_missing: 2, damaged_envelope: 1 },
    });
    expect(await data.run([...redrive, '--all', '--rate', '1000'])).toEqual({
      code: 0,
      stdout:
        '2 dead letters sent back to intake\n' +
        'left out, since they fail again until their cause is fixed: 2 envelope_missing, 1 damaged_envelope (then add --force)\n',
      stderr: '',
    });
    expect((await crashIdsOn('intake')).toSorted()).toEqual([sent, unknownReason].toSorted());
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 3, inFlight: 0 });
    expect((await data.run([...redrive, missing])).stdout).toBe(
      '1 dead letter sent back to intake\n',
    );
    const forced = await data.run([...redrive, '--all', '--force', '--rate', '1000']);
    expect(forced.stdout).toBe('2 dead letters sent back to intake\n');
    expect(await crashIdsOn('deadLetters')).toEqual([]);
  });

  it('refuses --force for given crash ids, which are always redriven', async () => {
    expect(await runCaptured([...redrive, unknown, '--force'])).toMatchObject({
      code: 1,
      stderr: 'error: --force is only for --all: given crash ids are always redriven\n',
    });
  });

  it('changes nothing in a dry run', async () => {
    const crashIds = await someLetters(7);
    const { code, stdout } = await data.run([...redrive, '--all', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^would send 7 dead letters back to intake; nothing was changed\n/);
    expect(stdout.split('\n')).toHaveLength(8);
    expect(await crashIdsOn('intake')).toEqual([]);
    expect(await crashIdsOn('deadLetters')).toEqual(crashIds);
    const json = await data.run([...redrive, '--all', '--dry-run', '--json']);
    expect(JSON.parse(json.stdout)).toEqual({
      redriven: 0,
      found: 7,
      again: 0,
      leftOut: {},
      interrupted: false,
    });
  });

  it('names the crashes without a dead letter after it sent the others', async () => {
    const [crashId = ''] = await someLetters(1);
    expect(await data.run([...redrive, unknown, crashId])).toEqual({
      code: 1,
      stdout: '1 dead letter sent back to intake\n',
      stderr: `error: no dead letter for ${unknown}\n`,
    });
  });

  it('sends a crash with two letters once', async () => {
    const [crashId = ''] = await someLetters(1);
    await data.backend.deadLetters.send([{ body: intakeBody(crashId) }]);
    const { stdout } = await data.run([...redrive, '--all', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ redriven: 1, again: 1 });
    expect(await crashIdsOn('intake')).toEqual([crashId]);
    expect(await crashIdsOn('deadLetters')).toEqual([crashId]);
  });

  it('stops between two letters on Ctrl-C, and the next run sends the rest', async () => {
    const crashIds = await someLetters(3);
    const interruption = new AbortController();
    const running = data.run([...redrive, '--all', '--rate', '1'], {
      interrupted: interruption.signal,
    });
    await waitFor(async () => (await crashIdsOn('deadLetters')).length === 2);
    interruption.abort();
    expect(await running).toEqual({
      code: 130,
      stdout: '1 dead letter sent back to intake\n',
      stderr: 'error: interrupted; the remaining dead letters are unchanged\n',
    });
    expect(await data.backend.deadLetters.depth()).toMatchObject({ visible: 2, inFlight: 0 });

    await data.run([...redrive, '--all', '--rate', '1000']);
    expect((await crashIdsOn('intake')).toSorted()).toEqual(crashIds.toSorted());
  });

  it('shows a progress bar only on a terminal', async () => {
    await someLetters(2);
    const stderr = new CapturedOutput(true);
    await data.run([...redrive, '--all', '--rate', '1000'], { stderr });
    expect(stderr.text).toContain('0/2');
  });

  it.each([[[]], [['--all', unknown]]])('requires either crash ids or --all: %j', async (args) => {
    expect(await runCaptured([...redrive, ...args])).toMatchObject({
      code: 1,
      stderr: 'error: give either crash ids or --all\n',
    });
  });

  it('rejects an argument that is not a crash id', async () => {
    const { code, stderr } = await runCaptured([...redrive, 'xyz']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      "'xyz' is invalid for argument 'crash id'. Must be a crash id such as",
    );
  });
});
