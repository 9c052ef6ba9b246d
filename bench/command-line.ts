import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { Argument, Command } from 'commander';

import { aims } from './aims.js';
import { measureCrashStats } from './crash-stats/crash-stats.js';
import { crashStatsReport } from './crash-stats/crash-stats-report.js';
import { writeRequestFiles } from './load/request-files.js';
import type { MeasurementContext } from './measurements/context.js';
import { profileIngest } from './measurements/profile.js';
import { fullPlan, quickPlan } from './plan.js';
import { profileReport, report } from './report.js';
import { measureAll } from './results.js';

interface Options {
  readonly quick?: true;
  readonly dir: string;
  readonly json?: string;
  readonly profile?: true;
}

const command = new Command('npm run bench --')
  .description(
    'Measure ingest, crashmover and the standalone next to a bare server that only stores.',
  )
  .addArgument(
    new Argument('[part]', 'only measures the index of Crash Stats').choices(['crash-stats']),
  )
  .option('--quick', 'two to three minutes, fewer cells and runs (default: eight minutes)')
  .option('--dir <folder>', 'write the reports there; needs a disk with 15 GB free', 'data')
  .option('--json <file>', 'also write all figures to a file')
  .option('--profile', 'only show in which parts and functions ingest spends its time')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const options = command.opts<Options>();

if (command.args[0] === 'crash-stats') {
  const figures = await withContext(measureCrashStats);
  await writeJson(figures);
  process.stdout.write(crashStatsReport(figures));
} else if (options.profile) {
  const profile = await withContext((context) => profileIngest(context, '610 KB plain'));
  await writeJson(profile);
  process.stdout.write(profileReport(profile));
} else {
  const results = await withContext(measureAll);
  await writeJson({ ...results, aims: aims(results) });
  process.stdout.write(report(results));
}

async function writeJson(results: object): Promise<void> {
  if (options.json !== undefined)
    await writeFile(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** Measures in a temporary folder. */
async function withContext<T>(measure: (context: MeasurementContext) => Promise<T>): Promise<T> {
  const plan = options.quick ? quickPlan : fullPlan;
  const directory = resolve(options.dir);
  await mkdir(directory, { recursive: true });
  const folder = await mkdtemp(join(directory, 'bench-'));
  const removeAll = async (): Promise<void> => await rm(folder, { recursive: true, force: true });
  const stop = (): void => void removeAll().finally(() => process.exit(130));
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    progress('preparing requests');
    const requests = await writeRequestFiles(folder);
    const newFolder = async (): Promise<string> => await mkdtemp(join(folder, 'data-'));
    const goesOn = (round: number, rounds: number): boolean =>
      round < rounds && (round === 0 || performance.now() < plan.furtherRoundsUntilMs);
    return await measure({ plan, folder, requests, newFolder, goesOn, progress });
  } finally {
    await removeAll();
  }
}

function progress(text: string): void {
  const seconds = String(Math.round(performance.now() / 1000)).padStart(4);
  process.stderr.write(`${seconds} s  ${text}\n`);
}
