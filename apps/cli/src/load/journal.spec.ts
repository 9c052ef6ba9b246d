import { createCrashId } from '#antenna/crash-report';
import { describe, expect, it } from '@jest/globals';
import { Journal } from './journal.js';

const now = new Date('2026-11-20T10:00:00Z');

describe('the journal of a load', () => {
  it('returns the crash ids of acknowledged reports, and only those, by their sequence numbers', () => {
    const journal = new Journal();
    const crashIds = Array.from({ length: 3000 }, () => createCrashId({ now, verdict: 'accept' }));
    for (const crashId of crashIds) {
      const sequence = journal.start();
      if (sequence % 3 === 1) journal.end(sequence, 'discarded');
      if (sequence % 3 === 2) journal.end(sequence, 'accepted', crashId);
    }
    expect(journal.started).toBe(3000);
    expect(journal.acknowledged).toBe(1000);
    const sequences = [...journal.acknowledgedSequences()];
    expect(sequences).toEqual(Array.from({ length: 1000 }, (_, index) => 3 * index + 2));
    expect(sequences.map((sequence) => journal.crashIdOf(sequence))).toEqual(
      sequences.map((sequence) => crashIds[sequence]),
    );
    expect([0, 1, 2, 3000].map((sequence) => journal.outcomeOf(sequence))).toEqual([
      undefined,
      'discarded',
      'accepted',
      undefined,
    ]);
  });
});
