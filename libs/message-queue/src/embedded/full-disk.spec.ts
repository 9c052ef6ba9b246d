import { statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { errorMessage } from '#antenna/errors';
import {
  canMountDisks,
  mountSmallDisk,
  type SmallDisk,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';
import { openEmbeddedQueues } from './embedded-queues.js';

const onSmallDisk = canMountDisks() ? describe : describe.skip;

onSmallDisk('queues on a full disk (skipped where no tmpfs can be mounted)', () => {
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

  // SQLite calls it a full disk or an error of the disk, by what does not fit: the database, its log, or its index.
  it.each([0, 4, 8, 12, 16, 24, 36])(
    'cannot be opened with %i KiB, for a reason that names the file and the disk',
    async (free) => {
      const { bavail, bsize } = await statfs(directory.path);
      await writeFile(join(directory.path, 'ballast'), Buffer.alloc(bavail * bsize - free * 1024));

      const file = join(directory.path, 'queues', 'queues.sqlite');
      const error: unknown = await openEmbeddedQueues({
        directory: join(directory.path, 'queues'),
      }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'MessageQueueError', code: 'no_space' });
      expect(errorMessage(error)).toMatch(/^queues in [^:]*: [\w /,]*disk is full$/);
      expect(errorMessage(error)).toContain(file);
    },
  );
});
