import type { MemoryTarget } from './measurements/memory.js';
import type { PathLoad, PathRun } from './measurements/path.js';
import { ratesRatio } from './measurements/rate-run.js';
import type { Results } from './results.js';
import { sqsCalls } from './servers/aws-operation.js';
import { spreadOf } from './statistics.js';
import { instrumentationCost } from './tables.js';

export interface Aim {
  readonly reached: boolean;
  /** With the value and the limit. */
  readonly what: string;
}

const mebibyte = 1024 * 1024;

/** Every aim with its value. An aim without a measurement throws. */
export function aims(results: Results): Aim[] {
  return [
    ...pathAims(results.path),
    ...rateAims(results.rates),
    ...memoryAims(results.memory),
    ...otherAims(results),
    ...walkAims(results.stackWalks),
  ];
}

export function pathAims(runs: readonly PathRun[]): Aim[] {
  const run = (backend: PathRun['backend'], ingests: number, load: PathLoad): PathRun => {
    const found = runs.find(
      (one) => one.backend === backend && one.ingests === ingests && one.load === load,
    );
    if (!found) throw new RangeError(`${backend}, ${ingests} ingest, ${load} was not measured`);
    return found;
  };
  const [s3, embedded] = [run('s3', 1, 'full'), run('embedded', 1, 'full')];
  const { callsPerReport: calls } = run('s3', 3, 25);
  const crashmover = Math.max(...runs.map(({ peakRssBytes }) => peakRssBytes['crashmover'] ?? 0));
  return [
    atMost('S3, 610 KB at full load, ms of CPU a report', s3.cpuMsPerReport, 5),
    atMost('S3, 610 KB at 2/s, ms of CPU a report', run('s3', 1, 2).cpuMsPerReport, 8),
    atMost('S3, 25/s over three ingests, PUTs a report', calls.put, 3.3),
    atMost('S3, 25/s over three ingests, SQS calls a report', sqsCalls(calls), 1),
    below('S3, half load, p99 ms from request to published id', run('s3', 1, 'half').p99Ms, 1000),
    atMost('crashmover on S3, peak MiB', crashmover / mebibyte, 400),
    atMost('embedded, 610 KB at full load, ms of CPU a report', embedded.cpuMsPerReport, 2.5),
    below(
      'embedded, half load, p99 ms from request to published id',
      run('embedded', 1, 'half').p99Ms,
      1000,
    ),
  ];
}

function rateAims(rates: Results['rates']): Aim[] {
  const aimed = rates.filter(({ request }) => ['610 KB plain', '610 KB gzip'].includes(request));
  return aimed.flatMap(({ request, connections, runs }) => {
    const where = `${request}, ${connections} connections, of the floor's rate`;
    const ratio = (name: 'ingest' | 'standalone'): number =>
      ratesRatio(runs[name], runs.floor).median;
    const ofIngest = atLeast(`ingest before shipping, ${where}`, ratio('ingest'), 0.75);
    if (request !== '610 KB plain' || connections !== 10) return [ofIngest];
    return [ofIngest, atLeast(`embedded, ${where}`, ratio('standalone'), 0.6)];
  });
}

function memoryAims(memory: Results['memory']): Aim[] {
  const peak = (name: MemoryTarget): number =>
    Math.max(
      ...memory.filter(({ target }) => target === name).map(({ peakRssBytes }) => peakRssBytes),
    );
  const load = 'with 64 uploads of 25 MB, peak';
  return [
    atMost(`ingest ${load} MB`, peak('ingest-shipping') / 1e6, 300),
    atMost(`embedded ${load} MiB`, peak('standalone') / mebibyte, 400),
  ];
}

function otherAims({ rejections, telemetry, verdicts }: Results): Aim[] {
  const written = rejections.ingest.map(({ diskBytesPerReport }) => diskBytesPerReport);
  // Below 1 %, the cost of telemetry is lost in the noise of other measurements.
  const telemetryPercent = instrumentationCost(telemetry).share * 100;
  return [
    atLeast('verdicts a second and core', spreadOf(verdicts.perSecond).median, 100_000),
    atMost("metrics and traces, nothing exported, percent of ingest's CPU", telemetryPercent, 1),
    atMost('a rejected report, bytes to the disk', Math.max(...written), 0),
  ];
}

/** Only beside the native tool, which is rarely installed. */
function walkAims({ walkerMs, nativeMs }: Results['stackWalks']): Aim[] {
  if (nativeMs.length === 0) return [];
  const ratio = spreadOf(walkerMs).median / spreadOf(nativeMs).median;
  return [atMost("walking stacks, times the native tool's time", ratio, 2.5)];
}

function atMost(what: string, value: number, limit: number): Aim {
  return { reached: value <= limit, what: `${what}: ${shown(value)}, aim at most ${limit}` };
}

function below(what: string, value: number, limit: number): Aim {
  return { reached: value < limit, what: `${what}: ${shown(value)}, aim below ${limit}` };
}

function atLeast(what: string, value: number, limit: number): Aim {
  return { reached: value >= limit, what: `${what}: ${shown(value)}, aim at least ${limit}` };
}

function shown(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}
