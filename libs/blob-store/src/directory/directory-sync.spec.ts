import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { DirectorySync } from './directory-sync.js';

/** A DirectorySync whose fsyncs start and end under the test's control. */
function controlled(): { sync: DirectorySync; started: PromiseWithResolvers<void>[] } {
  const started: PromiseWithResolvers<void>[] = [];
  const sync = new DirectorySync('some/directory', () => {
    const one = Promise.withResolvers<void>();
    started.push(one);
    return one.promise;
  });
  return { sync, started };
}

describe('DirectorySync', () => {
  it('does not let a caller join an fsync that is running', async () => {
    const { sync, started } = controlled();
    const first = sync.sync();
    const second = sync.sync();
    expect(started).toHaveLength(1);
    started[0]?.resolve();
    await first;
    await Promise.resolve();
    expect(started).toHaveLength(2);
    let secondDone = false;
    const watched = second.then(() => (secondDone = true));
    await Promise.resolve();
    expect(secondDone).toBe(false);
    started[1]?.resolve();
    await watched;
  });

  it('shares one fsync among all callers that wait for the next one', async () => {
    const { sync, started } = controlled();
    const first = sync.sync();
    const waiting = Array.from({ length: 50 }, () => sync.sync());
    started[0]?.resolve();
    await first;
    await Promise.resolve();
    started[1]?.resolve();
    await Promise.all(waiting);
    expect(started).toHaveLength(2);
  });

  it('reports a failure only to the callers that shared the fsync', async () => {
    const { sync, started } = controlled();
    const first = sync.sync();
    const shared = [sync.sync(), sync.sync()];
    started[0]?.reject(new Error('input/output error'));
    await expect(first).rejects.toThrow('input/output error');
    await Promise.resolve();
    started[1]?.resolve();
    await expect(Promise.all(shared)).resolves.toHaveLength(2);
    const last = sync.sync();
    started[2]?.resolve();
    await expect(last).resolves.toBeUndefined();
  });

  it('is idle only while no fsync is running or waiting', async () => {
    const { sync, started } = controlled();
    expect(sync.idle).toBe(true);
    const first = sync.sync();
    const second = sync.sync();
    started[0]?.resolve();
    await first;
    expect(sync.idle).toBe(false);
    await Promise.resolve();
    started[1]?.resolve();
    await second;
    expect(sync.idle).toBe(true);
  });

  it('syncs a real directory and rejects for a missing one', async () => {
    await expect(new DirectorySync(tmpdir()).sync()).resolves.toBeUndefined();
    await expect(new DirectorySync('/no/such/directory').sync()).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
