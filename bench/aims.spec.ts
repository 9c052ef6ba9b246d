import { describe, expect, it } from '@jest/globals';

import { pathAims } from './aims.js';
import type { PathRun } from './measurements/path.js';

const calls = { put: 3.3, get: 0.1, delete: 0.1, send: 0.4, receive: 0.3, remove: 0.2, other: 0.1 };
const reached: PathRun = {
  backend: 's3',
  ingests: 1,
  request: '610 KB plain',
  load: 'full',
  reports: 100,
  reportsPerSecond: 50,
  cpuMsPerReport: 2.5,
  p50Ms: 300,
  p99Ms: 999,
  callsPerReport: calls,
  peakRssBytes: { ingest: 1e9, crashmover: 400 * 1024 * 1024 },
};
const runs: PathRun[] = [
  reached,
  { ...reached, load: 'half' },
  { ...reached, load: 2, cpuMsPerReport: 8 },
  { ...reached, ingests: 3, load: 25 },
  { ...reached, backend: 'embedded' },
  { ...reached, backend: 'embedded', load: 'half' },
];

describe('the aims from request to published id', () => {
  it('are reached at their limits', () => {
    const aims = pathAims(runs);
    expect(aims).toHaveLength(8);
    expect(aims.filter((aim) => !aim.reached)).toEqual([]);
  });

  it('are missed beyond their limits', () => {
    const worse = runs.map((run) => ({
      ...run,
      cpuMsPerReport: 8.1,
      p99Ms: 1000,
      callsPerReport: { ...calls, put: 3.31, other: 0.11 },
      peakRssBytes: { crashmover: 401 * 1024 * 1024 },
    }));
    expect(pathAims(worse).filter((aim) => aim.reached)).toEqual([]);
  });

  it('print the value and the limit', () => {
    expect(pathAims(runs)[2]?.what).toBe(
      'S3, 25/s over three ingests, PUTs a report: 3.30, aim at most 3.3',
    );
  });

  it('are not reached without a measurement', () => {
    expect(() => pathAims(runs.slice(1))).toThrow('s3, 1 ingest, full was not measured');
  });
});
