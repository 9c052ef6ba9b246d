import { describe, expect, it } from '@jest/globals';

import { type SpooledEnvelope, WaitingEnvelopes } from './waiting-envelopes.js';

function envelope(name: string, spooledAt = 0): SpooledEnvelope {
  return { crashId: name, path: `/spool/${name}`, size: 1, spooledAt: new Date(spooledAt) };
}

const never = new AbortController().signal;
const names = (envelopes: readonly SpooledEnvelope[]): string[] =>
  envelopes.map(({ crashId }) => crashId);

describe('WaitingEnvelopes', () => {
  it('takes envelopes in their order, up to a maximum', async () => {
    const waiting = new WaitingEnvelopes();
    for (const name of ['a', 'b', 'c']) waiting.add(envelope(name));
    expect(names(await waiting.take(2, never))).toEqual(['a', 'b']);
    expect(names(await waiting.take(2, never))).toEqual(['c']);
  });

  it('counts envelopes until they are removed', async () => {
    const waiting = new WaitingEnvelopes();
    waiting.add(envelope('a'));
    const [taken] = await waiting.take(10, never);
    expect(waiting.count).toBe(1);
    if (taken) waiting.remove(taken);
    expect(waiting.count).toBe(0);
  });

  it('puts an envelope back at the end', async () => {
    const waiting = new WaitingEnvelopes();
    for (const name of ['a', 'b']) waiting.add(envelope(name));
    waiting.putBack(await waiting.take(1, never));
    expect(names(await waiting.take(10, never))).toEqual(['b', 'a']);
    expect(waiting.count).toBe(2);
  });

  it('resolves a waiting take when an envelope is added', async () => {
    const waiting = new WaitingEnvelopes();
    const taking = waiting.take(10, never);
    waiting.add(envelope('a'));
    expect(names(await taking)).toEqual(['a']);
  });

  it('returns no envelopes from take when it is aborted, even before the call', async () => {
    const waiting = new WaitingEnvelopes();
    const stop = new AbortController();
    const taking = waiting.take(10, stop.signal);
    stop.abort();
    expect(await taking).toEqual([]);
    expect(await waiting.take(10, stop.signal)).toEqual([]);
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
