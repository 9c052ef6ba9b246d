import { describe, expect, it } from '@jest/globals';

import { SubmittedIds } from './submitted-ids.js';

const read = async (now: Date): Promise<number> => now.getTime();

describe('SubmittedIds', () => {
  it('runs the work for one id in order and the work for others meanwhile', async () => {
    const ids = new SubmittedIds();
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const events: string[] = [];
    const first = ids.inTurn('a', async () => {
      await held;
      events.push('first');
    });
    const second = ids.inTurn('a', async () => void events.push('second'));
    await ids.inTurn('b', async () => void events.push('other'));
    release();
    await Promise.all([first, second]);
    expect(events).toEqual(['other', 'first', 'second']);
  });

  it('goes on after work that failed', async () => {
    const ids = new SubmittedIds();
    const failing = ids.inTurn('a', async () => {
      throw new Error('no room');
    });
    const next = ids.inTurn('a', async () => 'done');
    await expect(failing).rejects.toThrow('no room');
    expect(await next).toBe('done');
  });

  it('gives ascending times within a millisecond and when the clock is set back a little', async () => {
    const clock = [5000, 5000, 4000, 9000];
    const ids = new SubmittedIds(() => clock.shift() ?? 0);
    const times: number[] = [];
    for (let n = 0; n < 4; n += 1) times.push(await ids.inTurn('a', read));
    expect(times).toEqual([5000, 5001, 5002, 9000]);
  });

  it('follows a clock that is set back by more than a minute', async () => {
    const clock = [500_000, 100_000];
    const ids = new SubmittedIds(() => clock.shift() ?? 0);
    expect(await ids.inTurn('a', read)).toBe(500_000);
    expect(await ids.inTurn('a', read)).toBe(100_000);
  });
});
