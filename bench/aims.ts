import { ratesRatio } from './measurements/rate-run.js';
import type { Results } from './results.js';
import { spreadOf } from './statistics.js';
import { instrumentationOff } from './tables/telemetry-table.js';

const rateAim = 0.75;
const memoryAims = { 'ingest-shipping': 300e6, standalone: 400 * 1024 * 1024 };
const verdictsAim = 100_000;
/** Of a report's CPU time; less is lost in the noise. */
const telemetryAim = 0.01;

/** What is aimed at, and whether this run got there. */
export function aims(results: Results): string[] {
  const written = Math.max(...results.rejections.ingest.map((run) => run.diskBytesPerReport));
  const verdicts = spreadOf(results.verdicts.perSecond).median;
  const telemetry = instrumentationOff(results.telemetry);
  return [
    ...results.rates
      .filter(({ request }) => request === '610 KB plain')
      .map(({ connections, runs }) => {
        const { median } = ratesRatio(runs.ingest, runs.floor);
        const what = `ingest at ${connections} connections, 610 KB plain, before shipping: ${median.toFixed(2)} of the floor`;
        return verdict(median >= rateAim, `${what}, aim at least ${rateAim}`);
      }),
    memoryVerdict(results, 'ingest-shipping'),
    memoryVerdict(results, 'standalone'),
    verdict(
      verdicts >= verdictsAim,
      `${verdicts.toFixed(0)} verdicts a second and core, aim at least ${verdictsAim}`,
    ),
    verdict(
      telemetry.share <= telemetryAim,
      `metrics and traces, nothing exported: ${(telemetry.share * 100).toFixed(2)} % of ingest's CPU time, aim at most 1`,
    ),
    verdict(written === 0, `a rejected report: ${written} bytes to the disk, aim none`),
  ];
}

function memoryVerdict({ memory }: Results, server: keyof typeof memoryAims): string {
  const runs = memory.filter(({ target }) => target === server);
  const most = Math.max(...runs.map((run) => run.peakRssBytes));
  const what = `${server} with 64 uploads of 25 MB: ${megabytes(most)} MB resident`;
  return verdict(
    most <= memoryAims[server],
    `${what}, aim at most ${megabytes(memoryAims[server])}`,
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function verdict(reached: boolean, text: string): string {
  return `${reached ? 'reached' : 'MISSED '}  ${text}`;
}
