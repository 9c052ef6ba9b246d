import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';

import { crashmoverSurroundings, defaults, ingestSurroundings } from './assumptions.js';
import { readChart } from './chart.js';
import { crashmoverDay } from './crashmover-day.js';
import { ordinaryDay, releaseHours, surgeDay, timesAsMuch } from './day-of-load.js';
import { ingestDay } from './ingest-day.js';
import { hundredfold } from './scenarios.js';
import { aim, best, candidates, scaleUpPolicies, sweep } from './sweep.js';
import { extremes, podSummary } from './timeline.js';

const chart = await readChart(fileURLToPath(new URL('../../charts/antenna', import.meta.url)));
const surroundings = crashmoverSurroundings(chart, defaults);
const large = { ...chart.crashmover, maxReplicas: hundredfold.crashmoverMaxReplicas };
const release = timesAsMuch(ordinaryDay, 100);

describe('crashmover with the scaling of the chart', () => {
  it.each([
    { name: 'an ordinary release', load: ordinaryDay, scaling: chart.crashmover },
    {
      name: 'ten times the reports within a minute',
      load: surgeDay(10),
      scaling: chart.crashmover,
    },
    { name: 'a hundred times the release', load: release, scaling: large },
  ])('keeps all messages younger than a minute on $name', ({ load, scaling }) => {
    const timeline = crashmoverDay(load, scaling, surroundings, releaseHours);
    expect(extremes(timeline.age).max).toBeLessThan(aim.ageSeconds);
    const { minPods, maxPods } = podSummary(timeline);
    expect(minPods).toBeGreaterThanOrEqual(scaling.minReplicas);
    expect(maxPods).toBeLessThanOrEqual(scaling.maxReplicas);
  });

  it('follows a hundred times the load, calmly', () => {
    const { minPods, maxPods, scaleUps } = podSummary(
      crashmoverDay(release, large, surroundings, releaseHours),
    );
    expect(maxPods).toBeGreaterThan(minPods * 1.3);
    expect(scaleUps).toBeLessThan(20);
  });

  it('is the same each time', () => {
    const days = [1, 2].map(() =>
      crashmoverDay(ordinaryDay, chart.crashmover, surroundings, releaseHours),
    );
    expect(days[0]).toEqual(days[1]);
  });

  it('is cheaper than its neighbours that keep messages young and pods calm', () => {
    const { queueLength, behavior } = chart.crashmover;
    const scaleUp = Object.keys(scaleUpPolicies).find((name) =>
      isDeepStrictEqual(scaleUpPolicies[name], behavior.scaleUp.policies),
    );
    const ratings = sweep(
      candidates.filter(
        (candidate) =>
          candidate.scaleUp === scaleUp && Math.abs(candidate.queueLength - queueLength) <= 2,
      ),
      chart.crashmover,
      surroundings,
    );
    expect(ratings).toHaveLength(3);
    expect(best(ratings)?.queueLength).toBe(queueLength);
  });

  it('lets a queue grow when there may be no more pods', () => {
    const small = { ...chart.crashmover, maxReplicas: 5 };
    const { age } = crashmoverDay(release, small, surroundings, releaseHours);
    expect(extremes(age).max).toBeGreaterThan(3600);
  });
});

describe('ingest with the scaling of the chart', () => {
  it('never needs more CPU than its pods have, at a hundred times the load', () => {
    const scaling = { ...chart.ingest, maxReplicas: hundredfold.ingestMaxReplicas };
    const { load } = ingestDay(release, scaling, ingestSurroundings(chart, defaults));
    expect(extremes(load).max).toBeLessThan(1);
  });
});
