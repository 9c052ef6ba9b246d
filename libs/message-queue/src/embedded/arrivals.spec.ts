import { describe, expect, it } from '@jest/globals';
import { Arrivals } from './arrivals.js';

/** Longer than the timeout of a test: a wait must be ended by something else. */
const foreverMs = 1_000_000;
const neverAborted = new AbortController().signal;

describe('Arrivals', () => {
  it('wakes all waiting callers at once', async () => {
    const arrivals = new Arrivals();
    const waiting = [1, 2, 3].map(() => arrivals.next(arrivals.count, foreverMs, neverAborted));
    arrivals.announce();
    await expect(Promise.all(waiting)).resolves.toHaveLength(3);
  });

  it('does not wait after an arrival since the last look', async () => {
    const arrivals = new Arrivals();
    const seen = arrivals.count;
    arrivals.announce();
    await expect(arrivals.next(seen, foreverMs, neverAborted)).resolves.toBeUndefined();
  });

  it('waits for the next arrival, not for one already seen', async () => {
    const arrivals = new Arrivals();
    arrivals.announce();
    let woken = false;
    const waiting = arrivals
      .next(arrivals.count, foreverMs, neverAborted)
      .then(() => (woken = true));
    await Promise.resolve();
    expect(woken).toBe(false);
    arrivals.announce();
    await expect(waiting).resolves.toBe(true);
  });

  it('ends after the time or on abort', async () => {
    const arrivals = new Arrivals();
    const abort = new AbortController();
    await expect(arrivals.next(arrivals.count, 1, neverAborted)).resolves.toBeUndefined();
    const waiting = arrivals.next(arrivals.count, foreverMs, abort.signal);
    abort.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(arrivals.next(0, foreverMs, abort.signal)).resolves.toBeUndefined();
  });
});
