import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { startProcess, temporaryDirectory } from '#antenna/testing';

import { readUsage, resetPeakRss } from './process-usage.js';

const MiB = 1024 * 1024;
const holdAndFree = `
  let large = Buffer.alloc(${256 * MiB}, 1);
  process.on('SIGUSR2', () => { large = undefined; gc(); console.log('freed'); });
  setInterval(() => {}, 1000);
  console.log('held', large.length);
`;

describe('the usage of a process', () => {
  it('counts bytes written to a disk', async () => {
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

  it('resets the peak of memory', async () => {
    // A process of its own: the one that runs the specs grows by itself.
    const child = await startProcess(['--expose-gc', '-e', holdAndFree]);
    await child.waitForLine('held');
    const { peakRssBytes } = await readUsage(child.pid);
    expect(peakRssBytes).toBeGreaterThan(256 * MiB);
    child.kill('SIGUSR2');
    await child.waitForLine('freed');
    await resetPeakRss(child.pid);
    expect((await readUsage(child.pid)).peakRssBytes).toBeLessThan(peakRssBytes - 128 * MiB);
    await child.stop();
  });

  it('throws for a process that has ended', async () => {
    await expect(readUsage(2 ** 22 + 1)).rejects.toThrow('ENOENT');
  });
});
