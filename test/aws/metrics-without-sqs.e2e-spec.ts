import { afterEach, beforeEach, expect, it } from '@jest/globals';

import {
  parsePrometheusText,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { AwsCluster } from './aws-cluster.js';

/** Prometheus gives up after ten seconds by default. */
const scrapeTimeoutMs = 10_000;

let directory: TemporaryDirectory;
let cluster: AwsCluster;

beforeEach(async () => {
  directory = await temporaryDirectory();
  cluster = await AwsCluster.on(directory.path);
});

afterEach(async () => {
  await cluster.close();
  await directory.remove();
});

async function scrapedNames(url: string): Promise<string[]> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(scrapeTimeoutMs) });
  return [...parsePrometheusText(await answer.text()).keys()];
}

it('/metrics of crashmover answers while SQS hangs, without the gauges that need it', async () => {
  await cluster.start('crashmover');
  const line = await cluster.process('crashmover').waitForLine('listening on');
  const [url = ''] = /http:\/\/[\w.:]+/.exec(line) ?? [];
  const depth = 'antenna_crashmover_intake_depth';
  await waitFor(async () => (await scrapedNames(url)).includes(depth));

  cluster.crashmoverGate.sqsFault = 'hang';
  const names = await waitFor(async () => {
    const found = await scrapedNames(url);
    return !found.includes(depth) && found;
  });

  expect(names).toEqual(
    expect.arrayContaining(['antenna_crashmover_in_flight', 'antenna_process_memory_bytes']),
  );
});
