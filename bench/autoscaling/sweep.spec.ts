import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';

import { readChart } from './chart.js';
import { crashmoverDay } from './crashmover-day.js';
import { ingestDay } from './ingest-day.js';
import { hundredfold, multiply, ordinaryDay, releaseHours, surgeDay } from './load.js';
import { type Assumptions, optionsCommand } from './options.js';
import { largest, podSummary } from './pods.js';
import { aim, best, candidates, rate, scaleUpPolicies } from './sweep.js';

const defaults = optionsCommand().opts<Assumptions>();
const chart = await readChart(fileURLToPath(new URL('../../charts/antenna', import.meta.url)));
const large = { ...chart.crashmover, maxReplicas: hundredfold.crashmoverMaxReplicas };
const release = multiply(ordinaryDay, 100);

describe('crashmover with the scaling of the chart', () => {
  it.each([
    { name: 'an ordinary release', load: ordinaryDay, scaling: chart.crashmover },
    { name: 'ten times the load within a minute', load: surgeDay(10), scaling: chart.crashmover },
    { name: 'a hundred times the release', load: release, scaling: large },
  ])('keeps all messages younger than a minute on $name', ({ load, scaling }) => {
    const { age, pods } = crashmoverDay(load, scaling, defaults, releaseHours);
    expect(largest(age)).toBeLessThan(aim.ageSeconds);
    const { minPods, maxPods } = podSummary(pods);
    expect(minPods).toBeGreaterThanOrEqual(scaling.minReplicas);
    expect(maxPods).toBeLessThanOrEqual(scaling.maxReplicas);
  });

  it('follows a hundred times the load without oscillating', () => {
    const { pods } = crashmoverDay(release, large, defaults, releaseHours);
    const { minPods, maxPods, scaleUps } = podSummary(pods);
    expect(maxPods).toBeGreaterThan(minPods * 1.3);
    expect(scaleUps).toBeLessThan(20);
  });

  it('gives the same result each time', () => {
    const days = [1, 2].map(() =>
      crashmoverDay(ordinaryDay, chart.crashmover, defaults, releaseHours),
    );
    expect(days[0]).toEqual(days[1]);
  });

  it('is cheaper than its neighbours that keep messages young and pods stable', () => {
    const { queueLength, behavior } = chart.crashmover;
    const scaleUp = Object.keys(scaleUpPolicies).find((name) =>
      isDeepStrictEqual(scaleUpPolicies[name], behavior.scaleUp.policies),
    );
    const neighbours = candidates.filter(
      (candidate) =>
        candidate.scaleUp === scaleUp && Math.abs(candidate.queueLength - queueLength) <= 2,
    );
    expect(neighbours).toHaveLength(3);
    const ratings = neighbours.map((candidate) => rate(candidate, chart.crashmover, defaults));
    expect(best(ratings)?.queueLength).toBe(queueLength);
  });

  it('lets the queue grow when it must not add pods', () => {
    const small = { ...chart.crashmover, maxReplicas: 5 };
    const { age } = crashmoverDay(release, small, defaults, releaseHours);
    expect(largest(age)).toBeGreaterThan(3600);
  });
});

describe('ingest with the scaling of the chart', () => {
  it('never needs more CPU than its pods have, at a hundred times the load', () => {
    const scaling = { ...chart.ingest, maxReplicas: hundredfold.ingestMaxReplicas };
    const { load } = ingestDay(release, scaling, defaults);
    expect(largest(load)).toBeLessThan(1);
  });
});
