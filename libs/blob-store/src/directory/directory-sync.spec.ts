import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { DirectorySync } from './directory-sync.js';

/** A DirectorySync whose fsyncs begin and end under the test's control. */
function controlled(): { sync: DirectorySync; begun: PromiseWithResolvers<void>[] } {
  const begun: PromiseWithResolvers<void>[] = [];
  const sync = new DirectorySync('some/directory', () => {
    const one = Promise.withResolvers<void>();
    begun.push(one);
    return one.promise;
  });
  return { sync, begun };
}

describe('DirectorySync', () => {
  it('does not let a caller join an fsync that has begun', async () => {
    const { sync, begun } = controlled();
    const first = sync.sync();
    const second = sync.sync();
    expect(begun).toHaveLength(1);
    begun[0]?.resolve();
    await first;
    await Promise.resolve();
    expect(begun).toHaveLength(2);
    let secondDone = false;
    const watched = second.then(() => (secondDone = true));
    await Promise.resolve();
    expect(secondDone).toBe(false);
    begun[1]?.resolve();
    await watched;
  });

  it('shares one fsync among all who wait for the next', async () => {
    const { sync, begun } = controlled();
    const first = sync.sync();
    const waiting = Array.from({ length: 50 }, () => sync.sync());
    begun[0]?.resolve();
    await first;
    await Promise.resolve();
    begun[1]?.resolve();
    await Promise.all(waiting);
    expect(begun).toHaveLength(2);
  });

  it('tells a failure to those who shared the fsync and to nobody else', async () => {
    const { sync, begun } = controlled();
    const first = sync.sync();
    const shared = [sync.sync(), sync.sync()];
    begun[0]?.reject(new Error('input/output error'));
    await expect(first).rejects.toThrow('input/output error');
    await Promise.resolve();
    begun[1]?.resolve();
    await expect(Promise.all(shared)).resolves.toHaveLength(2);
    const last = sync.sync();
    begun[2]?.resolve();
    await expect(last).resolves.toBeUndefined();
  });

  it('is idle only while nothing runs or waits', async () => {
    const { sync, begun } = controlled();
    expect(sync.idle).toBe(true);
    const first = sync.sync();
    const second = sync.sync();
    begun[0]?.resolve();
    await first;
    expect(sync.idle).toBe(false);
    await Promise.resolve();
    begun[1]?.resolve();
    await second;
    expect(sync.idle).toBe(true);
  });

  it('syncs a real directory and reports one that is not there', async () => {
    await expect(new DirectorySync(tmpdir()).sync()).resolves.toBeUndefined();
    await expect(new DirectorySync('/no/such/directory').sync()).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
