import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createCrashId, rawCrashKey } from '#antenna/crash-report';
import { openEmbeddedQueues } from '#antenna/message-queue';
import { waitFor } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorData } from '../../test/operator-data.js';
import { CapturedOutput, runCaptured } from '../../test/run-captured.js';

const day = '2026-11-20';
const ofDay = ['republish', '--date', '20261120', '--rate', '10000'];
let data: OperatorData;

beforeEach(async () => {
  data = await OperatorData.create();
});

afterEach(() => data.dispose());

async function published(): Promise<string[]> {
  return (await data.backend.processing.peek(1000)).map(({ body }) => body);
}

async function idsFile(...lines: string[]): Promise<string> {
  const path = join(data.path, 'ids.txt');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

describe('antenna republish --date', () => {
  it('sends nothing without --confirm', async () => {
    const crashIds = await data.storedCrashes(6, { day });
    expect(await data.run(ofDay)).toEqual({
      code: 0,
      stdout: `would send 6 crash ids to queue processing\n${crashIds
        .slice(0, 5)
        .map((crashId) => `  ${crashId}\n`)
        .join('')}  …\n`,
      stderr: 'dry run: nothing was sent; --confirm sends them\n',
    });
    expect(await published()).toEqual([]);
  });

  it('sends the bare ids of that day in order, without the deferred ones', async () => {
    const crashIds = await data.storedCrashes(23, { day });
    await data.storedCrashes(2, { day, verdict: 'defer' });
    await data.storedCrashes(1, { day: '2026-11-21' });
    expect(await data.run([...ofDay, '--confirm'])).toEqual({
      code: 0,
      stdout: 'sent 23 of 23 crash ids to queue processing\n',
      stderr: '2 deferred crashes are left out; --include-deferred sends them\n',
    });
    expect(await published()).toEqual(crashIds);
  });

  it('sends those of a range of days that pass a filter', async () => {
    const { crashes } = data.backend;
    const [first = '', , third = ''] = await data.storedCrashes(3, { day });
    const [later = ''] = await data.storedCrashes(2, { day: '2026-11-21' });
    for (const id of [first, later])
      await crashes.put(rawCrashKey(id), Buffer.from('{"ProductName":"Fenix"}'));
    await crashes.put(rawCrashKey(third), Buffer.from('{'));
    const range = ['--since', '20261101', '--until', '20261121'];
    expect(await data.run(['republish', ...range, '--product', 'Fenix', '--confirm'])).toEqual({
      code: 0,
      stdout: 'sent 2 of 2 crash ids to queue processing\n',
      stderr: `left out: object ${rawCrashKey(third)} is damaged: not valid JSON at character 1\n`,
    });
    expect(await published()).toEqual([first, later]);
  });

  it('sends the deferred ones with --include-deferred', async () => {
    const deferred = await data.storedCrashes(2, { day, verdict: 'defer' });
    await data.run([...ofDay, '--confirm', '--include-deferred']);
    expect(await published()).toEqual(deferred);
  });

  it('sends to another queue with --queue', async () => {
    const [crashId] = await data.storedCrashes(1, { day });
    const { stdout } = await data.run([...ofDay, '--queue', 'reprocessing', '--confirm']);
    expect(stdout).toBe('sent 1 of 1 crash id to queue reprocessing\n');
    expect(await published()).toEqual([]);
    const queues = await openEmbeddedQueues({ directory: join(data.path, 'queues') });
    expect(await queues.queue('reprocessing').peek(10)).toMatchObject([{ body: crashId }]);
    await queues.close();
  });

  it('rejects an invalid queue name', async () => {
    expect(await data.run([...ofDay, '--queue', 'no/queue'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: invalid queue name "no/queue": use 1 to 80 letters, digits, _ and -\n',
    });
  });

  it('continues after the crash id of --after', async () => {
    const crashIds = await data.storedCrashes(12, { day });
    const [, second = ''] = crashIds;
    await data.run([...ofDay, '--confirm', '--after', second]);
    expect(await published()).toEqual(crashIds.slice(2));
    const stranger = createCrashId({ now: new Date(), verdict: 'accept' });
    expect(await data.run([...ofDay, '--confirm', '--after', stranger])).toMatchObject({
      code: 1,
      stderr: `error: ${stranger} is not among the 12 crash ids; nothing was sent\n`,
    });
  });

  it('stops between batches on Ctrl-C and prints how to continue', async () => {
    const crashIds = await data.storedCrashes(30, { day });
    const interruption = new AbortController();
    const running = data.run(['republish', '--date', '20261120', '--rate', '1', '--confirm'], {
      interrupted: interruption.signal,
    });
    await waitFor(async () => (await published()).length === 10);
    interruption.abort();
    expect(await running).toEqual({
      code: 130,
      stdout: 'sent 10 of 30 crash ids to queue processing\n',
      stderr: `error: interrupted; continue with --after ${crashIds[9]}\n`,
    });
    await data.run([...ofDay, '--confirm', '--after', crashIds[9] ?? '']);
    expect(await published()).toEqual(crashIds);
  });

  it('continues where the file of --state says', async () => {
    const crashIds = await data.storedCrashes(30, { day });
    const file = join(data.path, 'state.json');
    const args = ['republish', '--date', '20261120', '--confirm', '--state', file];
    const interruption = new AbortController();
    const running = data.run([...args, '--rate', '1'], { interrupted: interruption.signal });
    await waitFor(async () => (await published()).length === 10);
    interruption.abort();
    expect(await running).toMatchObject({
      code: 130,
      stderr: 'error: interrupted; run it again with the same options to continue\n',
    });
    const rest = await data.run(args);
    expect(rest.stdout).toBe('sent 20 of 20 crash ids to queue processing\n');
    expect(await published()).toEqual(crashIds);
    expect(await data.run(args)).toEqual({
      code: 0,
      stdout: 'sent 0 of 0 crash ids to queue processing\n',
      stderr: `this run is complete; remove ${file} to run it again\n`,
    });
    const other = await data.run([...args, '--include-deferred']);
    expect(other.stderr).toContain(`error: ${file} is the state of another run`);
    expect(await published()).toEqual(crashIds);
  });

  it('prints JSON with --json', async () => {
    await data.storedCrashes(2, { day });
    await data.storedCrashes(1, { day, verdict: 'defer' });
    const rehearsal = await data.run([...ofDay, '--json']);
    const counts = { queue: 'processing', found: 2, deferredLeftOut: 1 };
    expect(JSON.parse(rehearsal.stdout)).toEqual({ ...counts, dryRun: true, sent: 0 });
    const { stdout } = await data.run([...ofDay, '--json', '--confirm']);
    expect(JSON.parse(stdout)).toEqual({ ...counts, dryRun: false, sent: 2, failed: [] });
  });

  it('shows a progress bar on a terminal', async () => {
    await data.storedCrashes(3, { day });
    const stderr = new CapturedOutput(true);
    await data.run([...ofDay, '--confirm'], { stderr });
    expect(stderr.text).toContain('0/3');
  });

  it.each(['2026-11-20', '20261131', '2026112', 'today'])('rejects the day %s', async (text) => {
    const { code, stderr } = await runCaptured(['republish', '--date', text]);
    expect(code).toBe(1);
    expect(stderr).toContain('Must be a day as YYYYMMDD, such as 20261122.');
  });
});

describe('antenna republish --ids', () => {
  it('sends the ids of a file in its order, each once', async () => {
    const [one = '', two = ''] = await data.storedCrashes(2, { day });
    const file = await idsFile('# the two of today', `bp-${two}`, '', ` ${one}\r`, two);
    const { code, stdout } = await data.run(['republish', '--ids', file, '--confirm']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'sent 2 of 2 crash ids to queue processing\n',
    });
    expect(await published()).toEqual([two, one]);
  });

  it('reads standard input', async () => {
    const [crashId = ''] = await data.storedCrashes(1, { day });
    const stdin = Readable.from([Buffer.from(crashId)]);
    await data.run(['republish', '--ids', '-', '--confirm'], { stdin });
    expect(await published()).toEqual([crashId]);
  });

  it('sends nothing when a line is not a crash id, and names each such line', async () => {
    const [crashId = ''] = await data.storedCrashes(1, { day });
    const file = await idsFile(crashId, 'de1bb258', crashId, 'no crash id');
    expect(await data.run(['republish', '--ids', file, '--confirm'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `${file}:2: not a crash id: "de1bb258"\n${file}:4: not a crash id: "no crash id"\n` +
        'error: 2 lines are not a crash id; nothing was done\n',
    });
    expect(await published()).toEqual([]);
  });

  it('reports a missing file', async () => {
    const { code, stderr } = await data.run(['republish', '--ids', '/none/ids.txt']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: cannot read /none/ids.txt: no such file\n',
    });
  });

  it.each([
    [[], 'give either --ids, or --date or --since'],
    [['--ids', 'a', '--date', '20261120'], 'give either --ids, or --date or --since'],
    [['--ids', 'a', '--confirm', '--dry-run'], 'give either --confirm or --dry-run'],
    [
      [
        '--ids',
        'a',
        '--state',
        'b',
        '--after',
        createCrashId({ now: new Date(), verdict: 'defer' }),
      ],
      'give either --after or --state, which says where to continue',
    ],
  ])('explains the mistake in %j', async (args, message) => {
    expect(await runCaptured(['republish', ...args])).toMatchObject({
      code: 1,
      stderr: `error: ${message}\n`,
    });
  });
});
