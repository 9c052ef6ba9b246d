import { randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { extended, type HistoryEntry } from './history-entry.js';
import { decodeHistory, encodeHistory } from './history-format.js';

const now = new Date('2026-06-01T00:00:00Z');

function entry(number: number, fields: Partial<HistoryEntry> = {}): HistoryEntry {
  const acceptedAt = new Date(now.getTime() - (1000 - number) * 60_000).toISOString();
  const names = { revision: revision(number), edit: `edit ${number}`, source: 'a spec' };
  return { ...names, acceptedAt, ruleset: `rules ${number}`, ...fields };
}

function revision(number: number): string {
  return String(number).padStart(16, '0');
}

function incompressible(): string {
  return randomBytes(10_000).toString('hex');
}

function editsOf(entries: readonly HistoryEntry[]): string[] {
  return entries.map(({ edit }) => edit);
}

describe('a history', () => {
  it('has each edit once, whichever replica records it, and the user if any replica knows', () => {
    const [first, second] = [entry(1), entry(2)];
    const known = { ...first, user: 'jane', acceptedAt: second.acceptedAt };
    const history = extended([first, second], [known, { ...second, user: 'joe' }], now);

    expect(history).toEqual([
      { ...first, user: 'jane' },
      { ...second, user: 'joe' },
    ]);
    expect(extended(history, [{ ...first, user: 'eve' }], now)).toEqual(history);
  });

  it('has no entry for a restart with the same rules, but one for rules that return', () => {
    const back = entry(3, { revision: revision(1) });
    const restarted = entry(4, { revision: revision(1) });
    expect(editsOf(extended([entry(1), entry(2)], [back, restarted], now))).toEqual([
      'edit 1',
      'edit 2',
      'edit 3',
    ]);
  });

  it('is in the order of acceptance', () => {
    expect(editsOf(extended([entry(1), entry(3)], [entry(2)], now))).toEqual([
      'edit 1',
      'edit 2',
      'edit 3',
    ]);
  });

  it('keeps the newest 200 entries of 90 days, and the newest one in any case', () => {
    const many = Array.from({ length: 201 }, (_, number) => entry(number));
    expect(editsOf(extended([], many, now))).toEqual(editsOf(many.slice(1)));

    const later = new Date(now.getTime() + 90 * 86_400_000);
    expect(editsOf(extended([], many, later))).toEqual(['edit 200']);
  });

  it('drops the oldest documents if they are too large together', () => {
    const ruleset = 'x'.repeat(4 * 1024 * 1024);
    const large = Array.from({ length: 6 }, (_, number) => entry(number, { ruleset }));
    expect(editsOf(extended([], large, now))).toEqual(editsOf(large.slice(2)));
  });
});

describe('the stored form of a history', () => {
  it('is read as it was written', async () => {
    const history = [entry(1), entry(2, { user: 'jane', ruleset: 'é\n'.repeat(1000) })];
    expect(await decodeHistory(await encodeHistory(history))).toEqual(history);
  });

  it('drops the oldest entries above the limit of its bytes', async () => {
    const history = Array.from({ length: 20 }, (_, n) => entry(n, { ruleset: incompressible() }));
    const bytes = await encodeHistory(history, 100_000);

    expect(bytes.length).toBeLessThanOrEqual(100_000);
    const kept = await decodeHistory(bytes);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(history.slice(-kept.length));
  });

  it.each([{}, [{ revision: 'a' }], [null], 'text'])('is not %j', async (value) => {
    const bytes = await encodeHistory(value as never);
    await expect(decodeHistory(bytes)).rejects.toThrow('it is no list of entries');
  });
});
