import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectoryBlobStore } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const id = (digit: string, day = '20'): string => `${digit}e1bb258-cbbf-4589-a673-34f8002611${day}`;

describe('antenna compare of two stores', () => {
  let directory: TemporaryDirectory;

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });

  afterEach(() => directory.remove());

  async function put(side: string, crashId: string, dump: string, annotations: object) {
    const store = await openDirectoryBlobStore({ directory: join(directory.path, side) });
    if (dump !== '') await store.put(dumpKey(crashId, 'dump_a'), Buffer.from(dump));
    const names = dump === '' ? [] : ['dump_a'];
    await store.put(dumpNamesKey(crashId), Buffer.from(JSON.stringify(names)));
    const rawCrash = Buffer.from(JSON.stringify({ ...annotations, uuid: crashId }));
    await store.put(rawCrashKey(crashId), rawCrash);
  }

  function compare(...args: string[]): Promise<CapturedRun> {
    const [a, b] = [join(directory.path, 'a'), join(directory.path, 'b')];
    return runCaptured(['compare', '--stored', a, b, ...args]);
  }

  it('pairs crashes by id, by dumps, and by annotations, and names those that have no pair', async () => {
    await put('a', id('1'), 'one', { Version: '1' });
    await put('b', id('1'), 'another', { Version: '2' });
    await put('a', id('2'), 'two', { Version: '1' });
    await put('b', id('3'), 'two', { Version: '3' });
    await put('a', id('4'), '', { Version: '4' });
    await put('b', id('5'), '', { Version: '4' });
    await put('a', id('6'), 'six', { Version: '6' });
    await put('b', id('7', '21'), 'seven', { Version: '7' });
    const { code, stdout, stderr } = await compare('--json', '--concurrency', '1');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: 4 differences are not accepted\n',
    });
    expect(JSON.parse(stdout)).toMatchObject({
      stored: 3,
      differences: [
        {
          kind: 'value',
          subject: 'Version',
          count: 2,
          examples: [
            { crashIdA: id('1'), crashIdB: id('1'), a: '"1"', b: '"2"' },
            { crashIdA: id('2'), crashIdB: id('3'), a: '"1"', b: '"3"' },
          ],
        },
        { kind: 'dump_bytes', subject: 'dump_a', count: 1 },
        { kind: 'only_in_a', subject: '20261120', examples: [{ crashIdA: id('6') }] },
        { kind: 'only_in_b', subject: '20261121', examples: [{ crashIdB: id('7', '21') }] },
      ],
    });
    const oneDay = await compare('--json', '--since', '20261121', '--until', '20261121');
    expect(JSON.parse(oneDay.stdout)).toMatchObject({
      stored: 0,
      differences: [{ kind: 'only_in_b' }],
    });
  });

  it('prefers the pair with the same annotations among crashes with the same dumps', async () => {
    for (const [digit, other] of ['1', '2', '3'].entries()) {
      await put('a', id(String(digit + 1)), 'same', { Version: other });
      await put('b', id(String(9 - digit)), 'same', { Version: other });
    }
    expect(await compare()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/\n3 stored crashes compared\n\nthe same\n$/),
    });
  });

  it('pairs crashes with the same dumps in the order in which they were received', async () => {
    for (const [index, digit] of ['1', '2', '3', '4'].entries()) {
      const received = (ms: string) => ({
        Version: digit,
        submitted_timestamp: `2026-11-20T10:00:0${index}.${ms}000+00:00`,
      });
      await put('a', id(digit), 'same', { ...received('010'), OnlyInA: '1' });
      await put('b', id(String(9 - index)), 'same', received('020'));
    }
    const { stdout } = await compare('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      stored: 4,
      differences: [{ kind: 'key_only_in_a', subject: 'OnlyInA', count: 4 }],
    });
  });

  it('names entries of the accepted file that did not occur, and damaged objects', async () => {
    await put('a', id('1'), 'one', {});
    await cp(join(directory.path, 'a'), join(directory.path, 'b'), { recursive: true });
    await writeFile(join(directory.path, 'b', rawCrashKey(id('1'))), '{');
    const file = join(directory.path, 'accepted.json');
    const accepted = [{ kind: 'checksum', reason: 'old' }];
    await writeFile(file, JSON.stringify({ accepted }));
    const { code, stdout } = await compare('--accept', file);
    expect(code).toBe(1);
    expect(stdout).toContain('1 × stored object is damaged: b [damaged_object]');
    expect(stdout).toContain('accepted, but did not occur:\n  checksum: *\n');
  });

  it('writes a page in which nothing of a client is markup', async () => {
    await put('a', id('1'), 'one', { '<script>': '"&' });
    await put('b', id('1'), 'one', {});
    const page = join(directory.path, 'page.html');
    await compare('--html', page);
    const html = await readFile(page, 'utf8');
    expect(html).toContain('<td>&lt;script&gt;</td>');
    expect(html).not.toContain('<script');
  });

  it('fails when there is nothing to compare', async () => {
    await put('a', id('1'), 'one', {});
    await cp(join(directory.path, 'a'), join(directory.path, 'b'), { recursive: true });
    expect(await compare('--since', '20270101')).toMatchObject({
      code: 2,
      stderr: 'error: no crash is stored by both, so no stored crash was compared\n',
    });
  });

  it('says that it was interrupted', async () => {
    await put('a', id('1'), 'one', {});
    const [stored, interrupted] = [join(directory.path, 'a'), AbortSignal.abort()];
    const args = ['compare', '--stored', stored, stored];
    expect(await runCaptured(args, { interrupted })).toEqual({
      code: 130,
      stdout: `a: ${stored}\nb: ${stored}\n0 stored crashes compared\ninterrupted before all was compared\n\nno stored crash was compared\n`,
      stderr: 'error: interrupted before all was compared\n',
    });
  });

  it.each([
    [['--a', 'http://127.0.0.1/'], '--a and --b must be given together'],
    [['--a', 'x', '--b', 'x'], "option '--a <url>' argument 'x' is invalid"],
    [['--a', 'http://192.0.2.1/', '--b', 'http://127.0.0.1/'], 'give --yes-this-is-mine'],
    [['--accept', '/no/such/file'], 'cannot read /no/such/file: no such file'],
    [['--html', '/no/such/page', '--kind', 'x'], 'error: cannot write /no/such/page: ENOENT'],
    [['--write-accepted', '/no/such/x', '--kind', 'x'], 'error: cannot write /no/such/x: E'],
    [['--since', '20261122', '--until', '20261121'], '--until 20261121 is before --since 20261122'],
    [['--stored', 'c'], '--stored takes two locations, not 3'],
    [
      ['--a', 'http://127.0.0.1/', '--b', 'http://127.0.0.1/', '--kind', 'x'],
      'there is no kind of report that is called x',
    ],
  ])('exits with 2 after the mistake in %j', async (args, message) => {
    await put('a', id('1'), 'one', {});
    await put('b', id('1'), 'one', {});
    expect(mistakeIn(await compare(...args))).toEqual(mistake(message));
  });

  it.each([
    [[], "required option '--stored <a> <b>' not specified"],
    [['--stored'], "option '--stored <a> <b>' argument missing"],
    [['--stored', 'one'], '--stored takes two locations, not 1'],
    [['--stored', '/no/such', 'b'], '/no/such is not a directory'],
    [['--stored', 's3://bucket', 'b'], 's3://bucket requires AWS_REGION, which is not set'],
    [['--html', '/no/page', '--stored', '/no', '/no'], 'cannot write /no/page: ENOENT'],
  ])('exits with 2 after the wrong stores in %j', async (args, message) => {
    expect(mistakeIn(await runCaptured(['compare', ...args]))).toEqual(mistake(message));
  });
});

function mistakeIn({ code, stderr }: CapturedRun) {
  return { code, lines: stderr.trim().split('\n') };
}

function mistake(message: string) {
  return { code: 2, lines: [expect.stringContaining(message)] };
}
