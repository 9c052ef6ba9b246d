import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { temporaryDirectory } from '#antenna/testing';

import { readUsage, resetPeakRss } from './process-usage.js';

const MiB = 1024 * 1024;

describe('the usage of a process', () => {
  it('counts what is written to a disk', async () => {
    const directory = await temporaryDirectory();
    const before = await readUsage(process.pid);
    const file = await open(join(directory.path, 'written'), 'w');
    await file.write(Buffer.alloc(4 * MiB, 1));
    await file.sync();
    await file.close();
    const after = await readUsage(process.pid);
    await directory.remove();
    expect(after.diskWriteBytes - before.diskWriteBytes).toBeGreaterThanOrEqual(4 * MiB);
  });

  it('counts processor time', async () => {
    const before = await readUsage(process.pid);
    const { user, system } = process.cpuUsage();
    // Until the clock of the processor, not of the wall, has gone on by more than a tick.
    for (;;) {
      const used = process.cpuUsage({ user, system });
      if (used.user + used.system > 30_000) break;
    }
    expect((await readUsage(process.pid)).cpuMs).toBeGreaterThan(before.cpuMs);
  });

  it('forgets an old peak of memory', async () => {
    let large: Buffer | undefined = Buffer.alloc(256 * MiB, 1);
    const { peakRssBytes } = await readUsage(process.pid);
    expect(peakRssBytes).toBeGreaterThan(large.length);
    const peakWith = peakRssBytes;
    large = undefined;
    await resetPeakRss(process.pid);
    expect((await readUsage(process.pid)).peakRssBytes).toBeLessThanOrEqual(peakWith);
  });

  it('is not to be had of a process that is gone', async () => {
    await expect(readUsage(2 ** 22 + 1)).rejects.toThrow('ENOENT');
  });
});
