import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { openLogLines } from './log-lines.js';

const line = (n: number): string => `de1bb258-cbbf-4589-a673-34f80016091${n} saved`;

describe('openLogLines for a file', () => {
  let directory: TemporaryDirectory;
  let file: string;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    file = join(directory.path, 'antenna.log');
  });
  afterEach(async () => {
    await directory.remove();
  });

  it('returns the lines about crashes since it was opened', async () => {
    await writeFile(file, `${line(1)}\n`);
    const logs = await openLogLines(file, new PassThrough());
    await appendFile(file, `${line(2)}\nlistening\n${line(3)}\n`);

    expect(await logs.since()).toEqual([line(2), line(3)]);
  });

  it('returns all lines of a file that was truncated', async () => {
    await writeFile(file, `${line(1)}\n${line(2)}\n`);
    const logs = await openLogLines(file, new PassThrough());
    await writeFile(file, `${line(3)}\n`);

    expect(await logs.since()).toEqual([line(3)]);
  });

  it('fails for a missing file', async () => {
    await expect(openLogLines(file, new PassThrough())).rejects.toThrow('ENOENT');
  });
});

describe('openLogLines for a stream', () => {
  it('returns the lines about crashes, and destroys the stream on close', async () => {
    const stdin = new PassThrough();
    const logs = await openLogLines('-', stdin);
    stdin.write(`${line(1)}\nlistening\n${line(2)}\n`);
    await waitFor(async () => (await logs.since()).length === 2);

    expect(await logs.since()).toEqual([line(1), line(2)]);
    logs.close();
    expect(stdin.destroyed).toBe(true);
  });
});
