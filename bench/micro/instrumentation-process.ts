/**
 * What a report in ingest costs in calls to metrics and spans while nothing is exported: the calls that are made
 * from its first byte to its shipping, around steps that do nothing, less the steps alone. Between two reports the
 * processor does what empties its caches of them, as a real report does. Prints `Instrumentation` as JSON.
 * Argument: rounds.
 */
import { crc32 } from 'node:zlib';

import { sampleAnnotations } from '#antenna/testing';

import { spreadOf } from '../statistics.js';
import type { Instrumentation } from './instrumentation.js';
import { offMetrics, recordReport, stepsAlone, traceReport } from './instrumented-report.js';

const reports = 1000;
const bytes = Buffer.alloc(610_000, 'a report');
const annotations = JSON.stringify(sampleAnnotations());
const metrics = await offMetrics();
let checksum = 0;

/** The median: what the system does in between is in few of the times. */
async function usPerReport(one: () => void | Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let report = 0; report < reports; report += 1) {
    checksum = crc32(bytes, checksum) + Object.keys(JSON.parse(annotations) as object).length;
    const begun = process.hrtime.bigint();
    const pending = one();
    if (pending) await pending;
    times.push(Number(process.hrtime.bigint() - begun) / 1000);
  }
  return spreadOf(times).median;
}

const count = (): void => recordReport(metrics);
const nothing = (): void => undefined;
const result: Instrumentation = { spansUs: [], metricsUs: [] };
for (const one of [stepsAlone, traceReport, count, nothing]) await usPerReport(one);
for (let round = 0; round < Number(process.argv[2] ?? 1); round += 1) {
  const alone = await usPerReport(stepsAlone);
  result.spansUs.push((await usPerReport(traceReport)) - alone);
  const clock = await usPerReport(nothing);
  result.metricsUs.push((await usPerReport(count)) - clock);
}
process.stdout.write(JSON.stringify(result));
