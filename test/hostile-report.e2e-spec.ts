import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { faultsOf, readersOf } from './crash-stats/check-answers.js';
import { HostileCollector } from './crash-stats/hostile-collector.js';
import { injectedElement } from './crash-stats/hostile-reports.js';

/** Every field that a report can set has what would harm a page, a terminal, a spreadsheet or a file system. */
describe('hostile reports', () => {
  let collector: HostileCollector;

  beforeAll(async () => {
    collector = await HostileCollector.start();
  }, 240_000);

  afterAll(async () => {
    await collector.stop();
  });

  it('are escaped, bounded and never cached in all pages, exports and answers of the API', async () => {
    const { crashes, url } = collector;
    const signatures = [...new Set(crashes.map(({ signature }) => signature))];
    expect(signatures.filter((one) => one.includes(injectedElement)).length).toBeGreaterThan(0);
    const paths = readersOf(
      crashes.map(({ crashId }) => crashId),
      signatures,
    );
    expect(paths.length).toBeGreaterThan(50);
    const faults: string[] = [];
    for (const path of paths) {
      const answer = await fetch(url + path);
      for (const fault of await faultsOf(answer)) faults.push(`${path.slice(0, 100)}: ${fault}`);
    }
    expect(faults).toEqual([]);
  }, 240_000);

  it('leave nothing in the log but what ingest logs of each report', () => {
    const lines = collector.log.filter((line) => line.includes(injectedElement));
    expect(lines.filter((line) => !line.includes('"Type":"antenna.ingest"'))).toEqual([]);
    expect(collector.log.length).toBeGreaterThan(lines.length);
  });
});
