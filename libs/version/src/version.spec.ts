import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TemporaryDirectory, temporaryDirectory } from '#antenna/testing';
import { readVersion } from './version.js';

let root: TemporaryDirectory;

beforeEach(async () => {
  root = await temporaryDirectory();
  await writeFile(join(root.path, 'package.json'), '{"name":"antenna","version":"1.2.3"}');
});

afterEach(async () => {
  await root.remove();
});

describe('the version of a program', () => {
  it('is the version.json of the image build', async () => {
    const version = { version: '2026.11', source: 'https://x', commit: 'abc', build: 'https://y' };
    await writeFile(join(root.path, 'version.json'), JSON.stringify(version));

    expect(readVersion(root.path)).toEqual(version);
  });

  it('has the four fields of Dockerflow even if version.json has others', async () => {
    const file = { version: '2026.11', service: 'ingest', date: '2026-11-22' };
    await writeFile(join(root.path, 'version.json'), JSON.stringify(file));

    expect(readVersion(root.path)).toEqual({
      source: '',
      version: '2026.11',
      commit: '',
      build: '',
    });
  });

  it('is the version in package.json without an image build', () => {
    expect(readVersion(root.path)).toEqual({
      version: '1.2.3',
      source: '',
      commit: '',
      build: '',
    });
  });

  it('throws if the version.json of the image build is not valid JSON', async () => {
    await writeFile(join(root.path, 'version.json'), '{');

    expect(() => readVersion(root.path)).toThrow(SyntaxError);
  });
});
