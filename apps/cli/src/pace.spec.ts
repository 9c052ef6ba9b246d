import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

/** A clock that advances only by sleeping, or by hand. */
class TestClock {
  time = 1000;
  readonly sleeps: number[] = [];

  now = (): number => this.time;

  sleep = async (milliseconds: number): Promise<void> => {
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
  };
}

const { signal } = new AbortController();

describe('Pace', () => {
  it('lets the first turn pass at once and spreads the others evenly', async () => {
    const clock = new TestClock();
    const pace = new Pace(50, signal, clock);
    for (let index = 0; index < 4; index += 1) expect(await pace.turn()).toBe(true);
    expect(clock.sleeps).toEqual([20, 20, 20]);
  });

  it('counts the items of a batch', async () => {
    const clock = new TestClock();
    const pace = new Pace(100, signal, clock);
    await pace.turn(10);
    await pace.turn(5);
    await pace.turn(1);
    expect(clock.sleeps).toEqual([100, 50]);
  });

  it('does not catch up on lost time', async () => {
    const clock = new TestClock();
    const pace = new Pace(10, signal, clock);
    await pace.turn();
    clock.time += 60_000;
    await pace.turn();
    await pace.turn();
    expect(clock.sleeps).toEqual([100]);
  });

  it('lets nothing pass after an interruption, and stops waiting', async () => {
    const interruption = new AbortController();
    const pace = new Pace(0.001, interruption.signal);
    expect(await pace.turn()).toBe(true);
    const waiting = pace.turn();
    interruption.abort();
    expect(await waiting).toBe(false);
    expect(await pace.turn()).toBe(false);
  });

  it('passes on an error of the clock', async () => {
    const clock = { now: () => 0, sleep: () => Promise.reject(new Error('no alarm')) };
    const pace = new Pace(1, signal, clock);
    await pace.turn();
    await expect(pace.turn()).rejects.toThrow('no alarm');
  });
});
