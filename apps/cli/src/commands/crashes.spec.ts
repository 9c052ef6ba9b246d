import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { rawCrashKey } from '#antenna/crash-report';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const idOf = (number: number, day = '20'): string =>
  `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f8002611${day}`;
const [first, second, third, later] = [idOf(1), idOf(2), idOf(3), idOf(9, '21')];

const rule = (name: string): object => ({ metadata: { throttle_rule: name } });

describe('antenna crashes ls', () => {
  let directory: string;
  let store: BlobStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'crashes-ls-'));
    store = await openDirectoryBlobStore({ directory });
    const environment = JSON.stringify({ profile: { creationDate: 20_000 } });
    const nightly = { ProductName: 'Firefox', Version: '130.0a1', ReleaseChannel: 'nightly' };
    await putCrash(first, 30, { ...nightly, ...rule('is_nightly'), URL: 'https://x/\u202e' });
    await putCrash(second, 10, {
      ProductName: 'Fenix',
      Version: '129.0',
      ...rule('accept_mobile'),
    });
    await putCrash(third, 20, { ...nightly, TelemetryEnvironment: environment });
    await putCrash(later, 5, { prod: 'Focus', ver: '129.0', ptype: 'renderer', version: 2 });
  });

  afterEach(() => rm(directory, { recursive: true }));

  /** @param age minutes since it was stored */
  async function putCrash(id: string, age: number, rawCrash: object): Promise<void> {
    await store.put(rawCrashKey(id), Buffer.from(JSON.stringify(rawCrash)));
    const storedAt = new Date(Date.UTC(2026, 10, 21, 12, -age));
    await utimes(join(directory, rawCrashKey(id)), storedAt, storedAt);
  }

  function ls(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['crashes', 'ls', '--stored', directory, ...args]);
  }

  async function found(...args: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await ls(...args, '--json', '--columns', 'id');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [idIn(line)]));
  }

  it('prints the crashes of a range of days, newest first', async () => {
    expect(await ls('--since', '20261120')).toEqual({
      code: 0,
      stderr: '',
      stdout:
        `id${' '.repeat(36)}stored\n` +
        `${later}  2026-11-21T11:55:00.000Z\n` +
        `${second}  2026-11-21T11:50:00.000Z\n` +
        `${third}  2026-11-21T11:40:00.000Z\n` +
        `${first}  2026-11-21T11:30:00.000Z\n`,
    });
    expect(await found('--since', '20261121')).toEqual([later]);
    // The test's time is 2026-11-20T10:00:00Z.
    expect(await found('--since', '9h')).toEqual([later, second, third, first]);
    expect(await found('--since', '7d', '--until', '20261120')).toHaveLength(3);
    expect(await found('--since', '20261101', '--until', '20261120')).toEqual([
      second,
      third,
      first,
    ]);
    expect(await found('--date', '20261120', '--limit', '2')).toEqual([second, third]);
  });

  it.each([
    [
      ['--product', 'Firefox'],
      [third, first],
    ],
    [
      ['--product', 'Fenix', '--product', 'Focus'],
      [later, second],
    ],
    [['--version', '129.0', '--product', 'Focus'], [later]],
    [
      ['--channel', 'nightly'],
      [third, first],
    ],
    [['--process', 'renderer'], [later]],
    [['--rule', 'is_nightly'], [first]],
    [['--has', 'URL'], [first]],
    [['--has', 'TelemetryEnvironment#/profile/creationDate'], [third]],
    [['--has', 'TelemetryEnvironment#/profile/none'], []],
    [['--has', 'URL', '--has', 'TelemetryEnvironment'], []],
  ])('filters by %j', async (args, ids) => {
    expect(await found('--since', '20261120', ...args)).toEqual(ids);
  });

  it('prints the chosen columns, safe for a terminal', async () => {
    const columns = 'id,verdict,product,channel,rule,URL';
    const { stdout } = await ls('--date', '20261120', '--columns', columns);
    expect(stdout).toBe(
      `id${' '.repeat(36)}verdict  product  channel  rule           URL\n` +
        `${second}  accept   Fenix    -        accept_mobile  -\n` +
        `${third}  accept   Firefox  nightly  -              -\n` +
        `${first}  accept   Firefox  nightly  is_nightly     ${String.raw`https://x/\u202e`}\n`,
    );
    const args = ['--has', 'URL', '--columns', 'URL,size,none', '--json'];
    const [line = ''] = (await ls('--date', '20261120', ...args)).stdout.split('\n');
    expect(JSON.parse(line)).toEqual({
      URL: 'https://x/\u202e',
      size: expect.any(Number),
      none: null,
    });
  });

  it('prints product, version, channel and process by the names of any client', async () => {
    const { stdout } = await ls(
      '--date',
      '20261121',
      '--columns',
      'product,version,channel,process',
    );
    expect(stdout).toBe(
      'product  version  channel  process\nFocus    129.0    -        renderer\n',
    );
  });

  it('reads raw crashes only for a filter or a column, and reports damaged ones', async () => {
    await store.put(rawCrashKey(second), Buffer.from('{'));
    expect(await found('--date', '20261120')).toHaveLength(3);
    expect(await ls('--date', '20261120', '--product', 'Firefox', '--json')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(first),
      stderr:
        `object ${rawCrashKey(second)} is damaged: not valid JSON at character 1\n` +
        'error: 1 raw crash is damaged\n',
    });
  });

  it.each([
    [[], 'error: give --date or --since\n'],
    [['--until', '20261120'], 'error: give --date or --since\n'],
    [
      ['--date', '20261120', '--until', '20261121'],
      'error: give either --date or --since and --until\n',
    ],
    [
      ['--since', '20261120', '--until', '20261119'],
      'error: --until 20261119 is before --since 20261120\n',
    ],
    [
      ['--since', 'today'],
      "error: option '--since <age or yyyymmdd>' argument 'today' is invalid. Must be an age such as 12h or 7d, or a day as YYYYMMDD.\n",
    ],
    [
      ['--since', '9h', '--until', '20261119'],
      'error: --until 20261119 is before --since 20261120\n',
    ],
    [
      ['--date', 'today'],
      "error: option '--date <yyyymmdd>' argument 'today' is invalid. Must be a day as YYYYMMDD, such as 20261122.\n",
    ],
    [
      ['--date', '20261120', '--has', '#/a'],
      `error: option '--has <annotation>' argument '#/a' is invalid. Must be NAME or NAME#/json/pointer with ~1 for / and ~0 for ~, not "#/a".\n`,
    ],
  ])('explains the mistake in %j', async (args, message) => {
    expect(await ls(...args)).toEqual({ code: 1, stdout: '', stderr: message });
  });

  it('names the default columns in its help', async () => {
    const { stdout } = await runCaptured(['crashes', 'ls', '--help']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'NAME#/json/pointer (default: id,stored, and signature where there is an index) --limit',
    );
  });

  it('says when there is nothing', async () => {
    expect(await ls('--date', '20251120')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no crashes found\n',
    });
  });
});

function idIn(line: string): string {
  return (JSON.parse(line) as { id: string }).id;
}
