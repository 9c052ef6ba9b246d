import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { startProcess } from '#antenna/testing';

const dist = resolve(import.meta.dirname, '../dist');

const entries = [
  'apps/standalone/src/main.js',
  'apps/ingest/src/main.js',
  'apps/crashmover/src/main.js',
  'apps/processor/src/main.js',
  'apps/throttle-config/src/main.js',
  'apps/cli/src/main.js',
  'systemtest/main.js',
  'bench/main.js',
];

/** A Node.js that says it is an old one, and does not have node:sqlite either. */
const likeOldNode = [
  '--no-experimental-sqlite',
  '--import',
  `data:text/javascript,Object.defineProperty(process,'version',{value:'v20.20.2'})`,
];

describe.each(entries)('%s', (entry) => {
  it('says in one line which Node.js it needs, and exits 1, when run by a too old one', async () => {
    const process = await startProcess([...likeOldNode, join(dist, entry)]);

    expect(await process.exit).toEqual({ code: 1, signal: null });
    expect(process.lines).toEqual([
      expect.stringMatching(/^Antenna needs Node\.js 24 or newer; this is v20\.20\.2\. .*npm ci/),
    ]);
  });
});

const oldNode = findOldNode();
const withOldNode = oldNode === undefined ? describe.skip : describe;

withOldNode(`an old Node.js in the PATH (${oldNode ?? 'skipped: there is none'})`, () => {
  it.each(entries)('%s exits with the same line', async (entry) => {
    const process = await startProcess([join(dist, entry)], { command: oldNode ?? '' });

    expect(await process.exit).toEqual({ code: 1, signal: null });
    expect(process.lines).toEqual([expect.stringMatching(/^Antenna needs Node\.js 24 or /)]);
  });
});

function findOldNode(): string | undefined {
  // oxlint-disable-next-line no-process-env
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders
    .map((folder) => join(folder, 'node'))
    .filter((file) => existsSync(file))
    .find((file) => {
      const version = execFileSync(file, ['--version'], { encoding: 'utf8' });
      return /^v(1\d|2[0-3])\./.test(version);
    });
}
