import { readdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  canMountDisks,
  mountSmallDisk,
  type SmallDisk,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';
import { Pairing } from './pairing.js';

const onSmallDisk = canMountDisks() ? describe : describe.skip;

onSmallDisk('pairing on a disk that is full (skipped where no tmpfs can be mounted)', () => {
  let directory: TemporaryDirectory;
  let disk: SmallDisk;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    disk = mountSmallDisk(directory.path, '1m');
  });

  afterEach(async () => {
    disk.unmount();
    await directory.remove();
  });

  const problem = {
    name: 'CliError',
    message: expect.stringMatching(
      /^cannot pair crashes in \/\S+\/antenna-compare-\w+\/crashes: database or disk is full; free space there, or set TMPDIR to a directory on another disk$/,
    ),
  };

  it('fails in one line at its start, and leaves nothing behind', async () => {
    const { bavail, bsize } = await statfs(directory.path);
    await writeFile(join(directory.path, 'ballast'), Buffer.alloc(bavail * bsize));

    await expect(Pairing.create(directory.path)).rejects.toMatchObject(problem);
    expect(await readdir(directory.path)).toEqual(['ballast']);
  });

  it('fails in one line later', async () => {
    const pairing = await Pairing.create(directory.path);
    const fill = async () =>
      await pairing.using(async () => {
        for (let id = 0; id < 10_000; id += 1) pairing.add('a', `${id}`.padEnd(1000, 'x'));
      });

    await expect(fill()).rejects.toMatchObject(problem);
    expect(await readdir(directory.path)).toEqual([]);
  });
});
