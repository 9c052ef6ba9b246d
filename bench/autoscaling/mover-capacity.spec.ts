import { describe, expect, it } from '@jest/globals';

import { capacity, inWork, type MoverPod } from './mover-capacity.js';

const pod: MoverPod = { concurrency: 16, cpuSeconds: 0.008, waitSeconds: 0.2, cores: 1 };

describe('the capacity of a pod', () => {
  it('is where all its slots are taken', () => {
    expect(inWork(pod, capacity(pod))).toBeCloseTo(16, 6);
  });

  it('is its slots divided by the wait when the CPU costs nothing', () => {
    expect(capacity({ ...pod, cpuSeconds: 0 })).toBeCloseTo(80, 6);
  });

  it('comes near the CPU when nothing is waited for', () => {
    const rate = capacity({ ...pod, waitSeconds: 0 });
    expect(rate).toBeGreaterThan(0.9 / 0.008);
    expect(rate).toBeLessThan(1 / 0.008);
  });

  it('falls with fewer cores and with longer waits', () => {
    expect(capacity({ ...pod, cores: 0.5 })).toBeLessThan(capacity(pod));
    expect(capacity({ ...pod, waitSeconds: 0.4 })).toBeLessThan(capacity(pod));
  });
});

describe('reports in work', () => {
  it('are as many as arrive during the wait of one, and those on the CPU', () => {
    expect(inWork(pod, 25)).toBeCloseTo(25 * 0.2 + 0.2 / 0.8, 6);
  });

  it('are never more than there are slots', () => {
    expect(inWork(pod, 124)).toBe(16);
    expect(inWork(pod, 1000)).toBe(16);
  });
});
