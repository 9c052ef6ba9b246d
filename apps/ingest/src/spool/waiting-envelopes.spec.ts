import { describe, expect, it } from '@jest/globals';

import { type SpooledEnvelope, WaitingEnvelopes } from './waiting-envelopes.js';

function envelope(name: string, spooledAt = 0): SpooledEnvelope {
  return { crashId: name, path: `/spool/${name}`, size: 1, spooledAt: new Date(spooledAt) };
}

const never = new AbortController().signal;
const names = (envelopes: readonly SpooledEnvelope[]): string[] =>
  envelopes.map(({ crashId }) => crashId);

describe('WaitingEnvelopes', () => {
  it('are taken in the order in which they came, a few at a time', async () => {
    const waiting = new WaitingEnvelopes();
    for (const name of ['a', 'b', 'c']) waiting.add(envelope(name));
    expect(names(await waiting.take(2, never))).toEqual(['a', 'b']);
    expect(names(await waiting.take(2, never))).toEqual(['c']);
  });

  it('still count while they are shipped, and no more once they are removed', async () => {
    const waiting = new WaitingEnvelopes();
    waiting.add(envelope('a'));
    const [taken] = await waiting.take(10, never);
    expect(waiting.count).toBe(1);
    if (taken) waiting.remove(taken);
    expect(waiting.count).toBe(0);
  });

  it('go behind the others when they are put back', async () => {
    const waiting = new WaitingEnvelopes();
    for (const name of ['a', 'b']) waiting.add(envelope(name));
    waiting.putBack(await waiting.take(1, never));
    expect(names(await waiting.take(10, never))).toEqual(['b', 'a']);
    expect(waiting.count).toBe(2);
  });

  it('wake who waits for them', async () => {
    const waiting = new WaitingEnvelopes();
    const taking = waiting.take(10, never);
    waiting.add(envelope('a'));
    expect(names(await taking)).toEqual(['a']);
  });

  it('end the waiting without any when it is aborted, also before it began', async () => {
    const waiting = new WaitingEnvelopes();
    const stop = new AbortController();
    const taking = waiting.take(10, stop.signal);
    stop.abort();
    expect(await taking).toEqual([]);
    expect(await waiting.take(10, stop.signal)).toEqual([]);
  });

  it('claim a path once, until the claim is given up or the envelope is gone', () => {
    const waiting = new WaitingEnvelopes();
    const spooled = envelope('a');
    expect(waiting.claim(spooled.path)).toBe(true);
    expect(waiting.claim(spooled.path)).toBe(false);
    waiting.unclaim(spooled.path);
    expect(waiting.claim(spooled.path)).toBe(true);
    waiting.add(spooled);
    expect(waiting.claim(spooled.path)).toBe(false);
    waiting.remove(spooled);
    expect(waiting.claim(spooled.path)).toBe(true);
  });

  it('know the age of the oldest', () => {
    const waiting = new WaitingEnvelopes();
    expect(waiting.oldestAgeMs(5000)).toBe(0);
    waiting.add(envelope('a', 1000));
    waiting.add(envelope('b', 2000));
    expect(waiting.oldestAgeMs(5000)).toBe(4000);
    expect(waiting.oldestAgeMs(500)).toBe(0);
  });
});
