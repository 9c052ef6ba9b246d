/**
 * The CPU time of a report's calls to metrics and spans in ingest while nothing is exported: the calls from its first
 * byte to its shipping, around steps that do nothing, less the steps alone. Work between two reports evicts them from
 * the processor's caches, like a real report does.
 */
import { crc32 } from 'node:zlib';

import { sampleAnnotations } from '#antenna/testing';

import { spreadOf } from '../statistics.js';
import { offMetrics, recordReport, stepsAlone, traceReport } from './instrumented-report.js';
import { runMicro } from './run-micro.js';

/** Microseconds per report; each figure is one round. */
export interface Instrumentation {
  readonly spansUs: number[];
  readonly metricsUs: number[];
}

const reports = 1000;
const nothing = (): void => undefined;

export async function measureInstrumentation(rounds: number): Promise<Instrumentation> {
  return await runMicro<Instrumentation>(import.meta.url, String(rounds));
}

async function instrumentation(rounds: number): Promise<Instrumentation> {
  const bytes = Buffer.alloc(610_000, 'a report');
  const annotations = JSON.stringify(sampleAnnotations());
  const metrics = await offMetrics();
  let checksum = 0;
  /** The median, which other work of the system hardly affects. */
  const usPerReport = async (one: () => void | Promise<void>): Promise<number> => {
    const times: number[] = [];
    for (let report = 0; report < reports; report += 1) {
      checksum = crc32(bytes, checksum) + Object.keys(JSON.parse(annotations) as object).length;
      const startedAt = process.hrtime.bigint();
      const pending = one();
      if (pending) await pending;
      times.push(Number(process.hrtime.bigint() - startedAt) / 1000);
    }
    return spreadOf(times).median;
  };
  const count = (): void => recordReport(metrics);
  const result: Instrumentation = { spansUs: [], metricsUs: [] };
  for (const one of [stepsAlone, traceReport, count, nothing]) await usPerReport(one);
  for (let round = 0; round < rounds; round += 1) {
    const alone = await usPerReport(stepsAlone);
    result.spansUs.push((await usPerReport(traceReport)) - alone);
    const clock = await usPerReport(nothing);
    result.metricsUs.push((await usPerReport(count)) - clock);
  }
  return result;
}

if (import.meta.main)
  process.stdout.write(JSON.stringify(await instrumentation(Number(process.argv[2] ?? 1))));
