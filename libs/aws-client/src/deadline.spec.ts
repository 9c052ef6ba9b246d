import { describe, expect, it } from '@jest/globals';
import { withDeadline } from './deadline.js';

describe('a deadline', () => {
  it('ends work that does not heed its signal', async () => {
    await expect(withDeadline(5, () => new Promise(() => undefined))).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'no answer within 5 ms',
    });
  });

  it('returns or throws what the work does', async () => {
    await expect(withDeadline(60_000, async () => 'done')).resolves.toBe('done');
    const failure = new Error('of the work');
    await expect(withDeadline(60_000, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it.each([
    ['before the work begins', (end: AbortController) => end.abort()],
    ['while it goes on', (end: AbortController) => setImmediate(() => end.abort())],
  ])('ends with a signal %s', async (_, abort) => {
    const end = new AbortController();
    abort(end);
    const work = withDeadline(60_000, () => new Promise(() => undefined), [end.signal]);
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('starts anew when told so', async () => {
    const work = withDeadline(60_000, (deadline) => {
      deadline.restart(5);
      return new Promise(() => undefined);
    });
    await expect(work).rejects.toThrow('no answer within 5 ms');
  });

  it('fails for a reason from elsewhere and aborts the request', async () => {
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
