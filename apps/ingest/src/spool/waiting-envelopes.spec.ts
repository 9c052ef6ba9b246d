import { setImmediate } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { type SpooledEnvelope, type TakeLimits, WaitingEnvelopes } from './waiting-envelopes.js';

function envelope(name: string, spooledAt = 0, size = 1): SpooledEnvelope {
  return { crashId: name, path: `/spool/${name}`, size, spooledAt: new Date(spooledAt) };
}

const upTo = (count: number, bytes = 1000): TakeLimits => ({ count, bytes, lingerMs: 0 });
/** Longer than any test. */
const lingering: TakeLimits = { count: 3, bytes: 10, lingerMs: 3_600_000 };
const never = new AbortController().signal;

/** Reports arrive: the next envelope may wait for others. */
async function busy(): Promise<WaitingEnvelopes> {
  const waiting = new WaitingEnvelopes();
  waiting.add(envelope('before', Date.now()));
  expect(names(await waiting.take(lingering, never))).toEqual(['before']);
  return waiting;
}

const names = (envelopes: readonly SpooledEnvelope[]): string[] =>
  envelopes.map(({ crashId }) => crashId);

describe('WaitingEnvelopes', () => {
  it('takes envelopes in their order, up to a maximum', async () => {
    const waiting = new WaitingEnvelopes();
    for (const name of ['a', 'b', 'c']) waiting.add(envelope(name));
    expect(names(await waiting.take(upTo(2), never))).toEqual(['a', 'b']);
    expect(names(await waiting.take(upTo(2), never))).toEqual(['c']);
  });

  it('takes envelopes up to a sum of bytes, and a larger one alone', async () => {
    const waiting = new WaitingEnvelopes();
    for (const [name, size] of [
      ['a', 6],
      ['b', 4],
      ['c', 1],
      ['d', 11],
      ['e', 1],
    ] as const)
      waiting.add(envelope(name, 0, size));
    expect(names(await waiting.take(upTo(5, 10), never))).toEqual(['a', 'b']);
    expect(names(await waiting.take(upTo(5, 10), never))).toEqual(['c']);
    expect(names(await waiting.take(upTo(5, 10), never))).toEqual(['d']);
    expect(names(await waiting.take(upTo(5, 10), never))).toEqual(['e']);
  });

  it('takes an envelope at once if the one before it was spooled nearly a linger earlier', async () => {
    const waiting = new WaitingEnvelopes();
    const now = Date.now();
    const limits = { ...lingering, lingerMs: 600_000 };
    waiting.add(envelope('a', now - 500_000));
    expect(names(await waiting.take(limits, never))).toEqual(['a']);
    waiting.add(envelope('b', now));
    expect(names(await waiting.take(limits, never))).toEqual(['b']);
    const taking = waiting.take(limits, never);
    for (const name of ['c', 'd', 'e']) {
      waiting.add(envelope(name, now));
      await setImmediate();
    }
    expect(names(await taking)).toEqual(['c', 'd', 'e']);
  });

  it('lets a new envelope wait for others until there are enough', async () => {
    const waiting = await busy();
    const taking = waiting.take(lingering, never);
    for (const name of ['a', 'b', 'c', 'd']) {
      waiting.add(envelope(name, Date.now()));
      await setImmediate();
    }
    expect(names(await taking)).toEqual(['a', 'b', 'c']);
  });

  it('lets a new envelope wait for others until there are enough bytes', async () => {
    const waiting = await busy();
    const taking = waiting.take(lingering, never);
    waiting.add(envelope('a', Date.now(), 6));
    waiting.add(envelope('b', Date.now(), 5));
    expect(names(await taking)).toEqual(['a']);
  });

  it('takes envelopes when the oldest has waited long enough', async () => {
    const waiting = await busy();
    waiting.add(envelope('a', Date.now() - 3_600_000));
    waiting.add(envelope('b', Date.now()));
    expect(names(await waiting.take(lingering, never))).toEqual(['a', 'b']);

    waiting.add(envelope('c', Date.now()));
    const soon = { ...lingering, lingerMs: 10 };
    expect(names(await waiting.take(soon, never))).toEqual(['c']);
    // A clock that was set back.
    waiting.add(envelope('d', Date.now() + 3_600_000));
    expect(names(await waiting.take(soon, never))).toEqual(['d']);
  });

  it('takes what there is when lingering stops or take is aborted', async () => {
    for (const end of ['stop', 'abort']) {
      const waiting = await busy();
      const stop = new AbortController();
      waiting.add(envelope('a', Date.now()));
      const taking = waiting.take(lingering, stop.signal);
      await setImmediate();
      if (end === 'abort') stop.abort();
      else waiting.stopLingering();
      expect(names(await taking)).toEqual(['a']);
      if (end === 'abort') continue;
      waiting.add(envelope('b', Date.now()));
      expect(names(await waiting.take(lingering, never))).toEqual(['b']);
    }
  });

  it('counts envelopes until they are removed', async () => {
    const waiting = new WaitingEnvelopes();
    waiting.add(envelope('a'));
    const [taken] = await waiting.take(upTo(10), never);
    expect(waiting.count).toBe(1);
    if (taken) waiting.remove(taken);
    expect(waiting.count).toBe(0);
  });

  it('puts an envelope back at the end', async () => {
    const waiting = new WaitingEnvelopes();
    for (const name of ['a', 'b']) waiting.add(envelope(name));
    waiting.putBack(await waiting.take(upTo(1), never));
    expect(names(await waiting.take(upTo(10), never))).toEqual(['b', 'a']);
    expect(waiting.count).toBe(2);
  });

  it('resolves a waiting take when an envelope is added', async () => {
    const waiting = new WaitingEnvelopes();
    const taking = waiting.take(upTo(10), never);
    waiting.add(envelope('a'));
    expect(names(await taking)).toEqual(['a']);
  });

  it('returns no envelopes from take when it is aborted, even before the call', async () => {
    const waiting = new WaitingEnvelopes();
    const stop = new AbortController();
    const taking = waiting.take(upTo(10), stop.signal);
    stop.abort();
    expect(await taking).toEqual([]);
    expect(await waiting.take(upTo(10), stop.signal)).toEqual([]);
  });

  it('claims a path once, until it is unclaimed or its envelope is removed', () => {
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

  it('returns the age of the oldest envelope', () => {
    const waiting = new WaitingEnvelopes();
    expect(waiting.oldestAgeMs(5000)).toBe(0);
    waiting.add(envelope('a', 1000));
    waiting.add(envelope('b', 2000));
    expect(waiting.oldestAgeMs(5000)).toBe(4000);
    expect(waiting.oldestAgeMs(500)).toBe(0);
  });
});
