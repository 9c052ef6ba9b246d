import { expect, it } from '@jest/globals';

import { pathTable, spread } from './tables.js';

it('shows calls of S3 only, and the peak of each service', () => {
  const callsPerReport = {
    put: 3.25,
    get: 0.5,
    delete: 0.25,
    send: 0.5,
    receive: 0.25,
    remove: 0.125,
    other: 0.125,
  };
  const run = {
    ingests: 1,
    request: '610 KB plain',
    reports: 40,
    reportsPerSecond: 2,
    cpuMsPerReport: 7.25,
    p50Ms: 200,
    p99Ms: 300,
    callsPerReport,
  } as const;
  const MiB = 1024 * 1024;
  const table = pathTable([
    { ...run, backend: 's3', load: 2, peakRssBytes: { ingest: 150 * MiB, crashmover: 200 * MiB } },
    { ...run, backend: 'embedded', load: 'full', peakRssBytes: { standalone: 300 * MiB } },
  ]);
  const cells = table.split('\n').map((line) => line.split(/ {2,}/));
  expect(cells[2]?.join(' ')).toBe(
    'S3, 1 ingest 610 KB plain 2/s 2.0 7.3 200 300 3.25 0.50 0.25 0.50 0.25 0.13 1.00 ingest 150, crashmover 200',
  );
  expect(cells[3]?.join(' ')).toBe('embedded 610 KB plain full 2.0 7.3 200 300 standalone 300');
});

it('formats a spread with the given number of digits', () => {
  expect(spread({ min: 1.26, median: 2, max: 3 }, 1)).toBe('1.3 / 2.0 / 3.0');
});
