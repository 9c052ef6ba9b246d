import { describe, expect, it } from '@jest/globals';
import { withDeadline } from './deadline.js';

describe('a deadline', () => {
  it('ends work that ignores its signal', async () => {
    await expect(withDeadline(5, () => new Promise(() => undefined))).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'no answer within 5 ms',
    });
  });

  it('returns the result or throws the error of the work', async () => {
    await expect(withDeadline(60_000, async () => 'done')).resolves.toBe('done');
    const failure = new Error('error of the work');
    await expect(withDeadline(60_000, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it.each([
    ['before the work starts', (end: AbortController) => end.abort()],
    ['while the work is running', (end: AbortController) => setImmediate(() => end.abort())],
  ])('ends when a signal is aborted %s', async (_, abort) => {
    const end = new AbortController();
    abort(end);
    const work = withDeadline(60_000, () => new Promise(() => undefined), [end.signal]);
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('can be restarted', async () => {
    const work = withDeadline(60_000, (deadline) => {
      deadline.restart(5);
      return new Promise(() => undefined);
    });
    await expect(work).rejects.toThrow('no answer within 5 ms');
  });

  it('rejects with a given reason and aborts the request', async () => {
    const reason = new Error('the disk is gone');
    let signal: AbortSignal | undefined;
    const work = withDeadline(60_000, (deadline) => {
      signal = deadline.signal;
      deadline.fail(reason);
      return new Promise(() => undefined);
    });
    await expect(work).rejects.toBe(reason);
    expect(signal?.aborted).toBe(true);
  });
});
