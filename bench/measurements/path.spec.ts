import { expect, it } from '@jest/globals';

import { timesOf } from './path.js';

it('counts the rate from the first request to the last published id, and latencies by report', () => {
  const sent = [1000, 1500, 2000, 2500];
  const published = [1200, 1550, 5000, 2600];
  expect(timesOf(sent, published)).toEqual({
    reports: 4,
    reportsPerSecond: 1,
    p50Ms: 100,
    p99Ms: 3000,
  });
});
