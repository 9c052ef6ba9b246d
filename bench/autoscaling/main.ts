import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { crashmoverSurroundings } from './assumptions.js';
import { readChart } from './chart.js';
import { crashmoverFigure, ingestFigure } from './figures.js';
import { type Options, parseOptions, usage } from './options.js';
import { capacityText, crashmoverTable, ingestTable, minimumsTable, sweepTable } from './report.js';
import { crashmoverScenarios, ingestScenarios, type Scenario } from './scenarios.js';
import { figureSvg } from './svg-figure.js';
import { candidates, surgeAges, sweep } from './sweep.js';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (!options) {
    process.stdout.write(usage);
    return 0;
  }
  await simulate(options);
  return 0;
}

async function simulate({ assumptions, chart: directory, svgDirectory }: Options): Promise<void> {
  const chart = await readChart(directory);
  const surroundings = crashmoverSurroundings(chart, assumptions);
  const crashmover = crashmoverScenarios(chart, assumptions);
  const ingest = ingestScenarios(chart, assumptions);
  const sections = [
    capacityText(chart, surroundings),
    crashmoverTable(crashmover),
    ingestTable(ingest),
    sweepTable(sweep(candidates, chart.crashmover, surroundings)),
    minimumsTable(surgeAges([1, 2, 3, 4], chart.crashmover, surroundings)),
  ];
  process.stdout.write(`${sections.join('\n\n')}\n`);
  if (svgDirectory === undefined) return;
  await mkdir(svgDirectory, { recursive: true });
  const figures = {
    'autoscaling-crashmover.svg': crashmoverFigure(
      'A release day of crashmover',
      timelineOf(crashmover, 'release'),
    ),
    'autoscaling-crashmover-surge.svg': crashmoverFigure(
      'Ten times the reports within a minute',
      timelineOf(crashmover, 'ten times at once'),
    ),
    'autoscaling-crashmover-x100.svg': crashmoverFigure(
      'A release day of crashmover, a hundred times the reports',
      timelineOf(crashmover, 'release x100'),
    ),
    'autoscaling-ingest-x100.svg': ingestFigure(
      'A release day of ingest, a hundred times the reports',
      timelineOf(ingest, 'release x100'),
    ),
  };
  for (const [name, figure] of Object.entries(figures))
    await writeFile(join(svgDirectory, name), figureSvg(figure));
}

function timelineOf<T>(scenarios: readonly Scenario<T>[], wanted: string): T {
  const scenario = scenarios.find(({ name }) => name === wanted);
  if (!scenario) throw new Error(`nobody simulated ${wanted}`);
  return scenario.timeline;
}
