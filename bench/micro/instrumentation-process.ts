/**
 * What a report in ingest costs in calls to metrics and spans while nothing is exported: the calls that are made
 * from its first byte to its shipping, around steps that do nothing, less the steps alone. Prints
 * `Instrumentation` as JSON. Argument: rounds.
 */
import { cpuMicroseconds } from './cpu-time.js';
import type { Instrumentation } from './instrumentation.js';
import { offMetrics, recordReport, stepsAlone, traceReport } from './instrumented-report.js';

const reports = 20_000;
const metrics = await offMetrics();

async function usPerReport(one: () => void | Promise<void>): Promise<number> {
  const us = await cpuMicroseconds(async () => {
    for (let report = 0; report < reports; report += 1) {
      const pending = one();
      if (pending) await pending;
    }
  });
  return us / reports;
}

const count = (): void => recordReport(metrics);
const result: Instrumentation = { spansUs: [], metricsUs: [] };
for (const one of [stepsAlone, traceReport, count]) await usPerReport(one);
for (let round = 0; round < Number(process.argv[2] ?? 1); round += 1) {
  const alone = await usPerReport(stepsAlone);
  result.spansUs.push((await usPerReport(traceReport)) - alone);
  result.metricsUs.push(await usPerReport(count));
}
process.stdout.write(JSON.stringify(result));
