import { describe, expect, it } from '@jest/globals';

import {
  capacity,
  crashesPerMessage,
  inFlight,
  type MoverPod,
  WaitingMessages,
} from './crashmover-day.js';
import { type Assumptions, optionsCommand } from './options.js';

const pod: MoverPod = { concurrency: 16, cpuSeconds: 0.008, waitSeconds: 0.2, cores: 1 };

describe('capacity', () => {
  it('is the rate at which all slots are taken', () => {
    expect(inFlight(pod, capacity(pod))).toBeCloseTo(16, 6);
  });

  it('is the slots divided by the wait when reports need no CPU', () => {
    expect(capacity({ ...pod, cpuSeconds: 0 })).toBeCloseTo(80, 6);
  });

  it('comes near the limit of the CPU when reports do not wait', () => {
    const rate = capacity({ ...pod, waitSeconds: 0 });
    expect(rate).toBeGreaterThan(0.9 / 0.008);
    expect(rate).toBeLessThan(1 / 0.008);
  });

  it('falls with fewer cores and with longer waits', () => {
    expect(capacity({ ...pod, cores: 0.5 })).toBeLessThan(capacity(pod));
    expect(capacity({ ...pod, waitSeconds: 0.4 })).toBeLessThan(capacity(pod));
  });
});

describe('inFlight', () => {
  it('counts the reports that wait and those on the CPU', () => {
    expect(inFlight(pod, 25)).toBeCloseTo(25 * 0.2 + 0.2 / 0.8, 6);
  });

  it('never exceeds the slots', () => {
    expect(inFlight(pod, 124)).toBe(16);
    expect(inFlight(pod, 1000)).toBe(16);
  });
});

describe('crashesPerMessage', () => {
  const assumptions = { ...optionsCommand().opts<Assumptions>(), linger: 400, batch: 6 };

  it('counts the reports that one pod of ingest receives while the first one lingers', () => {
    expect(crashesPerMessage(30, assumptions)).toBeCloseTo(1 + (30 / 3) * 0.4, 0);
  });

  it('is smaller at quiet times, when most reports do not linger', () => {
    expect(crashesPerMessage(1.5, assumptions)).toBeCloseTo(1 + 0.2 * (1 - Math.exp(-0.2)), 6);
  });

  it('never exceeds the largest batch', () => {
    expect(crashesPerMessage(100, assumptions)).toBe(6);
    expect(crashesPerMessage(10_000, assumptions)).toBe(6);
  });

  it('is nearly one without lingering', () => {
    expect(crashesPerMessage(100, { ...assumptions, linger: 0.001 })).toBeCloseTo(1, 2);
  });
});

describe('WaitingMessages', () => {
  it('takes the oldest first', () => {
    const messages = new WaitingMessages();
    messages.add(10, 5);
    messages.add(20, 5);
    expect(messages.take(4)).toBe(4);
    expect(messages.oldestAge(30)).toBe(20);
    expect(messages.take(2)).toBe(2);
    expect(messages.oldestAge(30)).toBe(10);
    expect(messages.count).toBe(4);
  });

  it('has no age when it is empty', () => {
    const messages = new WaitingMessages();
    messages.add(10, 0);
    expect(messages.take(3)).toBe(0);
    expect(messages.oldestAge(99)).toBe(0);
  });
});
