import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CapturedOutput, type CapturedRun, runCaptured } from '../../test/run-captured.js';

const small = ['--mean', '20KB', '--p95', '50KB'];
let temporary: TemporaryDirectory;
let directory: string;

beforeEach(async () => {
  temporary = await temporaryDirectory();
  directory = join(temporary.path, 'reports');
});

afterEach(() => temporary.remove());

type Line = Record<string, unknown> & { file: string; bytes: number };

function write(...args: string[]): Promise<CapturedRun> {
  return runCaptured(['corpus', 'write', directory, ...small, ...args]);
}

async function lines(): Promise<Line[]> {
  const text = await readFile(join(directory, 'index.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Names and contents of all files. */
async function digest(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(directory)).toSorted())
    hash.update(name).update(await readFile(join(directory, name)));
  return hash.digest('hex');
}

describe('antenna corpus write', () => {
  it('writes a body for each report and an index that says what must be stored', async () => {
    const { code, stdout } = await write('--count', '12', '--kind', 'firefox-main');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^12 reports, [\d.]+ \w+, written to .*reports\n$/);
    const entries = await lines();
    expect(entries).toHaveLength(12);
    expect((await readdir(directory)).toSorted()).toEqual([
      ...entries.map(({ file }) => file),
      'index.jsonl',
    ]);
    for (const { file, bytes } of entries)
      expect((await stat(join(directory, file))).size).toBe(bytes);
    expect(entries[3]).toMatchObject({
      index: 3,
      kind: 'firefox-main',
      chunked: false,
      headers: { 'Content-Type': expect.stringMatching(/^multipart\/form-data; boundary=/) },
      expected: {
        annotations: { ProductName: 'Firefox' },
        dumps: [{ name: 'upload_file_minidump', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
      },
    });
  });

  it('writes the same files for the same seed and day', async () => {
    await write('--count', '20', '--seed', '9', '--day', '20261120');
    const first = await digest();
    await write('--count', '30', '--force');
    expect(await digest()).not.toBe(first);
    await write('--count', '20', '--seed', '9', '--day', '20261120', '--force');
    expect(await digest()).toBe(first);
  });

  it('writes all kinds in turn with --order', async () => {
    await write(
      '--count',
      '5',
      '--order',
      'in-turn',
      '--kind',
      'malformed:empty',
      '--kind',
      'focus',
    );
    const kinds = (await lines()).map(({ kind }) => kind);
    expect(kinds).toEqual([
      'malformed:empty',
      'focus',
      'malformed:empty',
      'focus',
      'malformed:empty',
    ]);
  });

  it('refuses a directory that is not empty, and with --force leaves files of others alone', async () => {
    await mkdir(directory);
    await writeFile(join(directory, 'mine.txt'), 'mine');
    expect(await write('--count', '2')).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${directory} is not empty; give another directory, or --force to replace the corpus in it\n`,
    });
    expect(await readdir(directory)).toEqual(['mine.txt']);
    expect(await write('--count', '2', '--force')).toMatchObject({ code: 0 });
    expect(await readFile(join(directory, 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('prints JSON with --json, and a progress bar on a terminal', async () => {
    const stderr = new CapturedOutput(true);
    const args = ['corpus', 'write', directory, ...small, '--count', '3', '--json'];
    const { stdout } = await runCaptured(args, { stderr });
    const bytes = (await lines()).reduce((sum, line) => sum + line.bytes, 0);
    expect(JSON.parse(stdout)).toEqual({ directory, reports: 3, bytes });
    expect(stderr.text).toContain('0/3');
  });

  it('stops after a whole report on Ctrl-C; the index lists those that are complete', async () => {
    const interrupted = AbortSignal.abort();
    const args = ['corpus', 'write', directory, ...small, '--count', '3'];
    expect(await runCaptured(args, { interrupted })).toMatchObject({
      code: 130,
      stderr: 'error: interrupted after 0 of 3 reports; the index lists those that are complete\n',
    });
    expect(await readdir(directory)).toEqual(['index.jsonl']);
  });

  it.each([
    [['--kind', 'firefox-mian'], /there is no kind of report that is called firefox-mian/],
    [['--p95', '5KB'], /mean size of 20000 bytes .* it must be between \d+ and \d+/],
    [['--malformed', '2'], /'2' is invalid.*from 0 to 1/],
  ])('refuses %j in one line and writes nothing', async (args, message) => {
    const { code, stderr } = await write(...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(await readdir(temporary.path)).toEqual([]);
  });

  it('refuses a file in the place of the directory', async () => {
    await writeFile(directory, '');
    const stderr = `error: ${directory} is not a directory\n`;
    expect(await write()).toMatchObject({ code: 1, stderr });
    expect(await runCaptured(['corpus', 'inspect', directory])).toMatchObject({ code: 1, stderr });
  });

  it('names the reason when it cannot write', async () => {
    await mkdir(join(directory, 'index.jsonl.partial'), { recursive: true });
    expect(await write('--force')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: cannot write to .*\/reports: .*EISDIR\n$/),
    });
  });
});

describe('antenna corpus inspect', () => {
  it('shows the same mix for a directory as for the options that it was written with', async () => {
    const args = ['--count', '60', '--seed', '4', '--day', '20261120'];
    await write(...args);
    const [written, made] = [
      await runCaptured(['corpus', 'inspect', directory, '--json']),
      await runCaptured(['corpus', 'inspect', ...small, ...args, '--json']),
    ];
    expect(JSON.parse(written.stdout)).toEqual(JSON.parse(made.stdout));
    expect(JSON.parse(written.stdout)).toMatchObject({
      reports: 60,
      kinds: { 'firefox-main': expect.any(Number) },
      encodings: { identity: expect.any(Number) },
      sizes: { p50: expect.any(Number), max: expect.any(Number) },
    });
  });

  it('prints tables', async () => {
    const args = ['corpus', 'inspect', ...small, '--count', '50', '--kind', 'rule:b2g:*'];
    const { stdout } = await runCaptured(args);
    expect(stdout).toMatch(/^50 reports, [\d.]+ \w+\n\nsizes as sent\nmean /);
    expect(stdout).toMatch(/^50 {2}100\.0 % {2}identity$/m);
    expect(stdout).toMatch(/^\d+ +[\d.]+ % {2}b2g: fakeaccept$/m);
    expect(stdout).toMatch(/^\d+ +[\d.]+ % {2}rule:b2g:no-match$/m);
  });

  it('says when a directory has no corpus', async () => {
    const { code, stderr } = await runCaptured(['corpus', 'inspect', directory]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: .* has no complete corpus: .*index.jsonl does not exist; .*\n$/,
    );
  });

  it('names the line of the index that is damaged', async () => {
    await mkdir(directory);
    await writeFile(join(directory, 'index.jsonl'), '{"kind":');
    const { code, stderr } = await runCaptured(['corpus', 'inspect', directory]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^error: .*index\.jsonl:1: not JSON: .*\n$/),
    });
  });
});
