import { isCrashId } from '#antenna/crash-report';
import { describe, expect, it } from '@jest/globals';

import { syntheticCrashes, syntheticDays, syntheticSignature } from './synthetic-crashes.js';

const until = Date.UTC(2026, 10, 29);

describe('synthetic crashes', () => {
  it('are the same for the same seed, and others for another', () => {
    const [first] = [...syntheticCrashes(1, until)];
    expect([...syntheticCrashes(1, until)]).toEqual([first]);
    expect([...syntheticCrashes(1, until, 2)]).not.toEqual([first]);
  });

  it('have valid, different ids, a time of the last days, and about 60 modules', () => {
    const crashes = [...syntheticCrashes(2000, until)];
    const ids = crashes.map((crash) => crash.crash_id);
    expect(ids.filter((id) => !isCrashId(id))).toEqual([]);
    expect(new Set(ids).size).toBe(2000);
    const dates = crashes.map(({ date }) => date);
    expect(Math.max(...dates)).toBeLessThan(until);
    expect(Math.min(...dates)).toBe(until - syntheticDays * 86_400_000);
    const modules = crashes.reduce((sum, crash) => sum + crash.modules.length, 0) / 2000;
    expect(modules).toBeGreaterThan(55);
    expect(modules).toBeLessThanOrEqual(60);
  });

  it('have a few frequent signatures, and many rare ones', () => {
    const counts = new Map<string, number>();
    for (const { signature } of syntheticCrashes(20_000, until))
      counts.set(signature, (counts.get(signature) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(2500);
    expect((counts.get(syntheticSignature(0)) ?? 0) / 20_000).toBeGreaterThan(0.09);
    expect(counts.get(syntheticSignature(9)) ?? 0).toBeGreaterThan(
      counts.get(syntheticSignature(500)) ?? 0,
    );
  });
});
