import { describe, expect, it } from '@jest/globals';
import { Arrivals } from './arrivals.js';

/** Longer than a test may last: what waits so long is woken by something else or fails the test. */
const forEverMs = 1_000_000;
const neverAborted = new AbortController().signal;

describe('Arrivals', () => {
  it('wakes all who wait, at once', async () => {
    const arrivals = new Arrivals();
    const waiting = [1, 2, 3].map(() => arrivals.next(arrivals.count, forEverMs, neverAborted));
    arrivals.announce();
    await expect(Promise.all(waiting)).resolves.toHaveLength(3);
  });

  it('does not wait for what came since the last look', async () => {
    const arrivals = new Arrivals();
    const seen = arrivals.count;
    arrivals.announce();
    await expect(arrivals.next(seen, forEverMs, neverAborted)).resolves.toBeUndefined();
  });

  it('waits for the next arrival, not for one that was seen', async () => {
    const arrivals = new Arrivals();
    arrivals.announce();
    let woken = false;
    const waiting = arrivals
      .next(arrivals.count, forEverMs, neverAborted)
      .then(() => (woken = true));
    await Promise.resolve();
    expect(woken).toBe(false);
    arrivals.announce();
    await expect(waiting).resolves.toBe(true);
  });

  it('ends with the time or the signal', async () => {
    const arrivals = new Arrivals();
    const abort = new AbortController();
    await expect(arrivals.next(arrivals.count, 1, neverAborted)).resolves.toBeUndefined();
    const waiting = arrivals.next(arrivals.count, forEverMs, abort.signal);
    abort.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(arrivals.next(0, forEverMs, abort.signal)).resolves.toBeUndefined();
  });
});
