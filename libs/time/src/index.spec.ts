import { describe, expect, it } from '@jest/globals';
import { pause } from './index.js';

describe('pause', () => {
  it('resolves after the given time', async () => {
    await expect(pause(1, new AbortController().signal)).resolves.toBeUndefined();
  });

  it('resolves at once when the signal aborts', async () => {
    const stopped = new AbortController();
    const pausing = pause(3_600_000, stopped.signal);
    stopped.abort();

    await expect(pausing).resolves.toBeUndefined();
  });

  it('resolves at once if the signal is already aborted', async () => {
    await expect(pause(3_600_000, AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('does not wait for a negative time, and Node prints no warning', async () => {
    const warnings: string[] = [];
    const record = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', record);
    await pause(-29_000, new AbortController().signal);
    await new Promise(setImmediate);
    process.off('warning', record);

    expect(warnings).toEqual([]);
  });
});
