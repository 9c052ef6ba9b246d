import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processStartId, processExists, TemporaryFiles } from './temporary-files.js';

/** Linux allows no pid above 2^22 (proc_sys_kernel(5), pid_max). */
const deadPid = 2 ** 22 + 1;

const inAnHour = (): number => Date.now() + 61 * 60 * 1000;

describe('TemporaryFiles', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'blob-temporary-'));
    await mkdir(join(root, '.tmp'));
  });

  afterEach(() => rm(root, { recursive: true }));

  async function leftAfterSweep(...names: string[]): Promise<string[]> {
    await Promise.all(names.map((name) => writeFile(join(root, '.tmp', name), 'half')));
    await new TemporaryFiles(root).sweep();
    return readdir(join(root, '.tmp'));
  }

  it('returns a unique path for each call, also with two stores on one directory', () => {
    const [first, second] = [new TemporaryFiles(root), new TemporaryFiles(root)];
    const paths = [first.newPath(), second.newPath(), first.newPath(), second.newPath()];
    expect(new Set(paths).size).toBe(4);
  });

  it('removes the files of a dead process at once', async () => {
    expect(await leftAfterSweep(`${deadPid}-abc123-1@${hostname()}`)).toEqual([]);
  });

  it('removes the files of an earlier process with the pid of this one', async () => {
    expect(await leftAfterSweep(`${process.pid}-0-1@${hostname()}`)).toEqual([]);
  });

  it('removes the files of an earlier process with the pid of a living one', async () => {
    expect(await leftAfterSweep(`${process.ppid}-0-1@${hostname()}`)).toEqual([]);
  });

  it('keeps the files of this process and of other living processes', async () => {
    const own = basename(new TemporaryFiles(root).newPath());
    const parents = `${process.ppid}-${processStartId(process.ppid)}-1@${hostname()}`;
    expect((await leftAfterSweep(own, parents)).toSorted()).toEqual([own, parents].toSorted());
  });

  it('keeps files of another host and unknown names for an hour, then removes them', async () => {
    const names = [`${process.pid}-0-1@other-host`, 'unknown'];
    expect((await leftAfterSweep(...names)).toSorted()).toEqual(names);
    await new TemporaryFiles(root, inAnHour).sweep();
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('creates the folder', async () => {
    await rm(join(root, '.tmp'), { recursive: true });
    expect(await leftAfterSweep()).toEqual([]);
  });
});

describe('process identification', () => {
  it('gives each process a constant start id of its own', () => {
    expect(processStartId(process.pid)).toMatch(/^[0-9a-f]{8}\d+$/);
    expect(processStartId(process.pid)).toBe(processStartId(process.pid));
    expect(processStartId(process.pid)).not.toBe(processStartId(1));
    expect(processStartId(deadPid)).toBeUndefined();
  });

  it('recognizes whether a process exists', () => {
    expect(processExists(process.pid)).toBe(true);
    expect(processExists(deadPid)).toBe(false);
  });
});
