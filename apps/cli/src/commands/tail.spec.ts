import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeRunningCollector } from '#antenna/backends';
import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';
import { CapturedOutput, runCaptured } from '../../test/run-captured.js';

const first = 'aaaaaaaa-cbbf-4589-a673-34f800160918';
const second = 'bbbbbbbb-cbbf-4589-a673-34f800160918';

const line = (seconds: number, fields: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify({ Timestamp: (Date.UTC(2026, 10, 20, 10) + seconds * 1000) * 1e6, Severity: 6, Fields: fields })}\n`;

const accepted = (seconds: number, crashId: string, product: string) =>
  line(seconds, {
    message: `${crashId}: matched by all; returned ACCEPT`,
    outcome: 'accepted',
    crash_id: crashId,
    rule: 'all',
    product,
    version: '1.0',
    channel: 'release',
    size: 2048,
  });

const step = (seconds: number, crashId: string, message: string, more = {}) =>
  line(seconds, { message: `${crashId} ${message}`, crash_id: crashId, ...more });

const log = [
  line(0, { message: 'ready' }),
  'not JSON\n',
  accepted(1, first, 'MyGame'),
  line(2, {
    message: 'matched by old; returned REJECT',
    outcome: 'rejected',
    rule: 'old',
    product: 'Else',
    size: 10,
  }),
  line(3, { message: 'report malformed', outcome: 'malformed', reason: 'no_boundary' }),
  accepted(4, second, 'Else\u001b[2J\nx'),
  step(5, first, 'saved'),
  step(6, first, 'published'),
  step(7, second, 'not moved yet', { reason: 'unavailable' }),
  step(8, second, 'dead-lettered', { reason: 'damaged' }),
].join('');

async function tailOf(log: string, ...args: string[]): Promise<string> {
  const run = await runCaptured(['tail', '--log', '-', ...args], { stdin: Readable.from([log]) });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  return run.stdout;
}

describe('antenna tail --log -', () => {
  it('prints a line for each event of a report, safe for a terminal, with the names that its crash had', async () => {
    const game = 'MyGame 1.0 release';
    const other = String.raw`Else\u001b[2J\u000ax 1.0 release`;
    expect((await tailOf(log)).split('\n')).toEqual([
      `10:00:01.000  accepted       ${game}  all  ${first}  2.0 KiB`,
      '10:00:02.000  rejected       Else  old  10 bytes',
      '10:00:03.000  malformed      no_boundary',
      `10:00:04.000  accepted       ${other}  all  ${second}  2.0 KiB`,
      `10:00:05.000  stored         ${game}  ${first}`,
      `10:00:06.000  published      ${game}  ${first}`,
      `10:00:07.000  delayed        ${other}  ${second}  unavailable`,
      `10:00:08.000  dead_lettered  ${other}  ${second}  damaged`,
      '',
    ]);
  });

  it('prints only the events of a product', async () => {
    const lines = await tailOf(log, '--product', 'MyGame');
    expect(lines.match(/accepted|stored|published|rejected|delayed/g)).toEqual([
      'accepted',
      'stored',
      'published',
    ]);
  });

  it('prints only some outcomes and steps', async () => {
    const lines = await tailOf(log, '--outcome', 'rejected', '--outcome', 'published');
    expect(lines.match(/^\S+ {2}\w+/gm)).toEqual([
      '10:00:02.000  rejected',
      '10:00:06.000  published',
    ]);
  });

  it('prints JSON', async () => {
    const lines = await tailOf(log, '--json', '--outcome', 'stored', '--outcome', 'malformed');
    expect(
      lines
        .trim()
        .split('\n')
        .map((json) => JSON.parse(json)),
    ).toEqual([
      { time: '2026-11-20T10:00:03.000Z', event: 'malformed', reason: 'no_boundary' },
      {
        time: '2026-11-20T10:00:05.000Z',
        event: 'stored',
        product: 'MyGame',
        version: '1.0',
        channel: 'release',
        crashId: first,
      },
    ]);
  });

  it('names the outcomes if one is unknown', async () => {
    const { code, stderr } = await runCaptured(['tail', '--log', '-', '--outcome', 'acepted']);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/Must be one of accepted, deferred, .*dead_lettered\.$/m),
    ]);
  });

  it('ends with exit code 0 on Ctrl-C', async () => {
    const interruption = new AbortController();
    const stdout = new CapturedOutput();
    const stdin = new Readable({ read: () => undefined });
    const run = runCaptured(['tail', '--log', '-'], {
      stdin,
      stdout,
      interrupted: interruption.signal,
    });
    stdin.push(log);
    await waitFor(() => stdout.text.includes('dead_lettered'));
    interruption.abort();
    expect(await run).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('with files', () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it('antenna tail --log FILE follows what is appended, a rotation and a truncation, until Ctrl-C', async () => {
    const file = join(directory.path, 'ingest.log');
    await writeFile(file, accepted(0, first, 'before'));
    const interruption = new AbortController();
    const [stdout, stderr] = [new CapturedOutput(), new CapturedOutput()];
    const run = runCaptured(['tail', '--log', file], {
      stdout,
      stderr,
      interrupted: interruption.signal,
    });
    const seen = async (product: string) => await waitFor(() => stdout.text.includes(product));
    await waitFor(() => stderr.text === `following ${file}; Ctrl-C ends\n`);

    const half = accepted(1, first, 'appended');
    await appendFile(file, half.slice(0, 50));
    await appendFile(file, half.slice(50));
    await seen('appended');
    await rename(file, `${file}.1`);
    await appendFile(`${file}.1`, accepted(2, first, 'late'));
    await writeFile(file, accepted(3, first, 'rotated'));
    await seen('rotated');
    await truncate(file);
    await seen('rotated');
    await appendFile(file, accepted(4, first, 'T'));
    await seen('accepted       T ');
    interruption.abort();

    expect(await run).toMatchObject({ code: 0 });
    expect(stdout.text.match(/(?<=accepted {7})\w+/g)).toEqual([
      'appended',
      'late',
      'rotated',
      'T',
    ]);
  });

  it('antenna tail fails if there is no such file', async () => {
    expect(await runCaptured(['tail', '--log', 'none.log'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: cannot read none.log: no such file\n',
    });
  });

  it('antenna tail says so if the collector logs no reports', async () => {
    await writeRunningCollector(directory.path, { pid: 1, submitUrl: 'http://127.0.0.1:1/submit' });
    expect(await runCaptured(['tail', '--data-dir', directory.path])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: the collector on ${directory.path} logs no reports: start it with LOG_LEVEL=info, the default\n`,
    });
  });

  it('antenna tail says that no collector runs if the data directory is missing', async () => {
    const { stderr } = await runCaptured(['tail', '--data-dir', join(directory.path, 'none')]);
    expect(stderr).toMatch(/^error: no collector runs on .*none: start it with npm start/);
  });

  it.each([
    ['no collector has run', undefined],
    [
      'the collector was killed',
      { pid: 1, submitUrl: 'http://127.0.0.1:1/submit', reportsUrl: 'http://127.0.0.1:1/x' },
    ],
    ['the collector has not started yet', { pid: 1 }],
    [
      'its note names no addresses of a collector',
      { pid: 1, submitUrl: 'javascript:1', reportsUrl: 'file:///etc/hostname' },
    ],
  ])('antenna tail says that no collector runs if %s', async (_what, note) => {
    if (note) await writeRunningCollector(directory.path, note);
    expect(await runCaptured(['tail', '--data-dir', directory.path])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: no collector runs on ${directory.path}: start it with npm start, name its --data-dir, or follow a log with --log FILE\n`,
    });
  });
});
