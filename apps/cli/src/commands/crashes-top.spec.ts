import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { CrashIndex, crashIndexFile, indexedCrash } from '#antenna/crash-index';
import { rawCrashKey } from '#antenna/crash-report';
import type { ProcessedCrash } from '#antenna/processed-crash';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aProcessedCrash, putProcessedCrash } from '../../test/a-processed-crash.js';
import { CapturedOutput, type CapturedRun, runCaptured } from '../../test/run-captured.js';

/** Of the day before the test's time, 2026-11-20T10:00:00Z. */
const idOf = (number: number): string =>
  `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f800261119`;

const at = (hour: number): Partial<ProcessedCrash> => ({
  submitted_timestamp: `2026-11-19T${String(hour).padStart(2, '0')}:30:00.000000+00:00`,
});

describe.each(['the processed crashes', 'the index of npm start'])(
  'antenna crashes top, from %s',
  (source) => {
    let data: TemporaryDirectory;
    let store: BlobStore;
    let index: CrashIndex | undefined;

    beforeEach(async () => {
      data = await temporaryDirectory();
      store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
      if (source === 'the processed crashes') return;
      index = await CrashIndex.open(crashIndexFile(data.path));
      index.setComplete();
    });

    afterEach(async () => {
      index?.close();
      index = undefined;
      await data.remove();
    });

    async function put(number: number, facts: Partial<ProcessedCrash>): Promise<void> {
      const processed = aProcessedCrash(idOf(number), facts);
      await store.put(rawCrashKey(processed.uuid), Buffer.from('{}'));
      // An index is enough: what it has is not read again.
      if (index) await index.put([indexedCrash(processed)], 0);
      else await putProcessedCrash(store, processed);
    }

    function top(...args: string[]): Promise<CapturedRun> {
      return runCaptured(['crashes', 'top', '--data-dir', data.path, ...args]);
    }

    it('prints signatures with counts, times, versions and trend, the most frequent first', async () => {
      await put(1, { signature: 'rare | x', ...at(1), version: null });
      for (let number = 2; number < 7; number += 1)
        await put(number, { signature: 'often', version: `${number}.0`, ...at(8 + number) });
      const { code, stdout, stderr } = await top('--since', '7d');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toBe(
        `crashes  first seen        last seen         versions          trend    signature
      5  2026-11-19 10:30  2026-11-19 14:30  2.0, 3.0, 4.0 +2  ······█  often
      1  2026-11-19 01:30  2026-11-19 01:30  -                 ·····█·  rare | x
6 crashes, 2 signatures
`,
      );
      expect((await top('--limit', '1')).stdout.split('\n').at(-2)).toBe(
        '6 crashes, 2 signatures; shown are 1 with 5 of them',
      );
    });

    it('prints one JSON document with --json', async () => {
      await put(1, { signature: 'a', ...at(23) });
      const { code, stdout } = await top('--since', '1d', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toEqual({
        since: '2026-11-19T10:00:00.000Z',
        until: '2026-11-20T10:00:00.001Z',
        bucketSeconds: expect.closeTo(86_400 / 7, 1),
        crashes: 1,
        signatureCount: 1,
        signatures: [
          {
            signature: 'a',
            count: 1,
            firstSeen: '2026-11-19T23:30:00.000Z',
            lastSeen: '2026-11-19T23:30:00.000Z',
            versions: [{ version: '1.0', count: 1 }],
            versionCount: 1,
            buckets: [0, 0, 0, 1, 0, 0, 0],
          },
        ],
      });
    });

    it.each([
      [['--since', '12h'], ['late']],
      [
        ['--since', '20261119'],
        ['early', 'late'],
      ],
      [['--product', 'Fenix'], ['early']],
      [
        ['--product', 'Fenix', '--product', 'MyGame'],
        ['early', 'late'],
      ],
      [['--channel', 'release', '--version', '1.0'], ['late']],
      [['--process', 'gpu'], ['early']],
    ])('counts only what %j asks for', async (args, expected) => {
      await put(1, { signature: 'late', ...at(23) });
      await put(2, {
        signature: 'early',
        ...at(2),
        product: 'Fenix',
        version: '2.0',
        process_type: 'gpu',
      });
      await put(3, { signature: 'old', submitted_timestamp: '2026-11-01T00:00:00Z' });
      const { signatures } = JSON.parse((await top(...args, '--json')).stdout) as {
        signatures: { signature: string }[];
      };
      expect(signatures.map(({ signature }) => signature)).toEqual(expected);
    });

    it('cuts signatures at the width of a terminal, and escapes what could rewrite it', async () => {
      await put(1, { signature: `${'漢'.repeat(30)}x`, version: '1'.repeat(300) });
      await put(2, { signature: `\u{1b}[2J\u{202e}${'y'.repeat(200)}` });
      const stdout = Object.assign(new CapturedOutput(true), { columns: 120 });
      await runCaptured(['crashes', 'top', '--data-dir', data.path], { stdout });
      const [heading = '', ...lines] = stdout.text.split('\n');
      const start = heading.indexOf('signature');
      expect(lines[0]?.slice(start)).toMatch(/^\\u001b\[2J\\u202ey+…$/);
      expect(lines[0]).toHaveLength(120);
      expect(lines[1]?.slice(start)).toMatch(/^漢+…$/);
      expect(lines[1]?.slice(start)).toHaveLength(Math.floor((120 - start - 1) / 2) + 1);
      const plain = (await top()).stdout;
      expect(plain).toContain('y'.repeat(200));
      expect(plain).toContain('漢'.repeat(30));
      for (const unsafe of ['\u{1b}', '\u{202e}']) expect(plain).not.toContain(unsafe);
    });

    it('says when there is none, with exit code 0', async () => {
      await put(1, { signature: 'a' });
      expect(await top('--product', 'Other')).toEqual({
        code: 0,
        stdout: '',
        stderr: 'no processed crashes found\n',
      });
      expect(JSON.parse((await top('--product', 'Other', '--json')).stdout)).toMatchObject({
        crashes: 0,
        signatures: [],
      });
    });
  },
);

describe('antenna crashes top', () => {
  let data: TemporaryDirectory;

  beforeEach(async () => {
    data = await temporaryDirectory();
    const store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
    await store.put(rawCrashKey(idOf(1)), Buffer.from('{}'));
    await putProcessedCrash(store, aProcessedCrash(idOf(1)));
  });

  afterEach(() => data.remove());

  it.each([
    ['7', /Must be an age such as 12h or 7d, or a day as YYYYMMDD/],
    ['99999999d', /Must be an age of at most 36500d/],
    ['20261131', /Must be a day as YYYYMMDD/],
    ['20261121', /^error: --since 20261121 is not in the past\n$/],
    ['401d', /^error: --since 20251015 is more than 400 days ago\n$/],
  ])('refuses --since %s', async (since, message) => {
    const { code, stderr } = await runCaptured([
      'crashes',
      'top',
      '--data-dir',
      data.path,
      '--since',
      since,
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('reads the processed crashes while the index is not complete', async () => {
    const index = await CrashIndex.open(crashIndexFile(data.path));
    const { stdout } = await runCaptured(['crashes', 'top', '--data-dir', data.path]);
    expect(stdout).toContain('1 crash, 1 signature\n');
    index.close();
  });

  it('reads the processed crashes where the file of the index is damaged or no file', async () => {
    await mkdir(crashIndexFile(data.path), { recursive: true });
    const { stdout, stderr } = await runCaptured(['crashes', 'top', '--stored', data.path]);
    expect(stderr).toBe('');
    expect(stdout).toContain('1 crash, 1 signature\n');
  });

  it('ends when it is interrupted', async () => {
    const interrupted = AbortSignal.abort();
    const run = await runCaptured(['crashes', 'top', '--data-dir', data.path], { interrupted });
    expect(run).toEqual({ code: 130, stdout: '', stderr: 'error: interrupted\n' });
  });
});
