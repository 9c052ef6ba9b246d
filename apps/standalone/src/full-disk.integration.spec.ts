import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  canMountDisks,
  mountSmallDisk,
  recordingLogger,
  type SmallDisk,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { claimDataDirectory } from './claim-data-directory.js';
import { openDataDirectory, writeFirstRules } from './data-directory.js';
import { StandaloneConfig } from './standalone.config.js';

const onSmallDisk = canMountDisks() ? describe : describe.skip;

onSmallDisk('a start on a full disk (skipped where no tmpfs can be mounted)', () => {
  let temporary: TemporaryDirectory;
  let disk: SmallDisk;
  let data: string;

  beforeEach(async () => {
    temporary = await temporaryDirectory();
    disk = mountSmallDisk(temporary.path, '1m');
    data = join(temporary.path, 'data');
    await mkdir(data);
    const { bavail, bsize } = await statfs(data);
    await writeFile(join(temporary.path, 'ballast'), Buffer.alloc(bavail * bsize));
  });

  afterEach(async () => {
    disk.unmount();
    await temporary.remove();
  });

  it.each([
    [
      'queues/queues.sqlite: database or disk is full',
      async () => await openDataDirectory(data),
      'queues in ',
    ],
    [
      'running.json: ENOSPC: no space left on device, write',
      async () => await claimDataDirectory(data),
      'cannot write ',
    ],
    [
      'throttle-rules.yaml: ENOSPC: no space left on device, write',
      async () => {
        const rules = join(data, 'throttle-rules.yaml');
        await writeFirstRules(rules, new StandaloneConfig(), recordingLogger());
      },
      'cannot write ',
    ],
  ])('fails with a message that names file, cause and fix: %s', async (problem, start, doing) => {
    await expect(start()).rejects.toMatchObject({
      name: 'StartupError',
      message: `cannot use the data directory ${data}: ${doing}${data}/${problem}; free space on its disk, or set ANTENNA_DATA_DIR to a directory on another disk`,
    });
  });

  it('does not leave an empty rules file, which the next start would not replace', async () => {
    const rules = join(data, 'throttle-rules.yaml');
    const write = async () =>
      await writeFirstRules(rules, new StandaloneConfig(), recordingLogger());
    await expect(write()).rejects.toThrow('no space left');
    disk.resize('2m');
    await write();
    await expect(readFile(rules, 'utf8')).resolves.toContain('kind: ThrottleRuleset');
  });
});
